"""A loop that is to end is not cut off in the middle of what it does."""

import asyncio

from bot.rounds import Round


async def test_a_round_is_finished_and_no_other_begins() -> None:
    rounds, begun, done = Round(), asyncio.Event(), []

    async def loop() -> None:
        while True:
            async with rounds:
                begun.set()
                await asyncio.sleep(0.01)
                done.append(1)

    task = asyncio.create_task(loop())
    await begun.wait()
    await rounds.end(task)
    assert task.cancelled()
    assert done == [1]


async def test_a_loop_that_was_never_begun_has_ended() -> None:
    await Round().end(None)
