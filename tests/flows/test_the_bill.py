"""LINE bills a push unless it met a block; of blocks and returns it tells late, twice, or never.

A story is a friend's: what happens, a second apart, and how many steps later LINE tells of it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.emulator.acts import people
from bot.emulator.model import UserState
from bot.emulator.phone import Phone
from bot.line.messages import text
from bot.outbox.model import messages
from bot.outbox.queue import queue
from bot.resources import USE_CASE
from tests.flows.support import Json, deliver
from tests.support import Shop

NEVER: Final = 99
TOGETHER: Final = 8


class Step(NamedTuple):
    """Something is pushed, or the friend turns: blocks, or comes back."""

    is_push: bool
    told_after: int = 0
    told_twice: bool = False


steps = st.one_of(
    st.just(Step(is_push=True)),
    st.builds(
        Step,
        is_push=st.just(value=False),
        told_after=st.sampled_from([0, 0, 1, 2, 4, NEVER]),
        told_twice=st.booleans(),
    ),
)
stories = st.lists(st.lists(steps, min_size=4, max_size=7), min_size=TOGETHER, max_size=TOGETHER)


@dataclass(slots=True)
class Life:
    """A friend, their story so far, and what of it LINE told."""

    phone: Phone
    story: list[Step]
    turns: list[Json] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    mail: dict[int, list[Json]] = field(default_factory=lambda: defaultdict(list))
    #: When each push was ordered.
    pushed: dict[str, int] = field(default_factory=dict)

    def blocked_at(self, at: int, *, as_told: bool) -> bool:
        """Whether the friend blocks the account: in truth, or by what LINE told of it."""
        before = [
            turn["type"]
            for turn in self.turns
            if turn["timestamp"] <= at and (not as_told or turn["webhookEventId"] in self.told)
        ]
        return before[-1:] == ["unfollow"]


@settings(
    max_examples=3,
    phases=[Phase.generate],  # shortening a story takes minutes; it is printed as it is
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(stories=stories)
async def test_the_ledger_counts_what_line_bills(shop: Shop, stories: list[list[Step]]) -> None:
    lives = [Life(await shop.friend(f"F{n}"), story) for n, story in enumerate(stories)]
    to, shop.line.webhook_url = shop.line.webhook_url, None  # what happens, we tell ourselves
    last = max(map(len, stories))
    for number in range(last):
        await shop.advance(1)
        await tell(shop, lives, [number])
        for life in lives:
            if number < len(life.story):
                await live(shop, life, number)
        await shop.settle()
    await tell(shop, lives, range(last, NEVER))
    shop.line.webhook_url = to
    for life in lives:
        await compare(shop, life)


async def live(shop: Shop, life: Life, number: int) -> None:
    step, user_id = life.story[number], life.phone.user_id
    if step.is_push:
        words, now = f"push {number}", shop.line.clock.now()
        async with shop.app[USE_CASE]() as unit:
            queue(unit, messages(user_id, [text(words)], why=words, now=now, pays=True))
        life.pushed[words] = shop.line.clock.ms()
        return
    platform = shop.line.platform
    user = platform.world.users[user_id]
    turn = people.follow if user.state is UserState.BLOCKED else people.unfollow
    happened = turn(platform, user)
    life.turns.append(happened)
    life.mail[number + step.told_after].append(happened)
    if step.told_twice and step.told_after != NEVER:
        again = {**happened, "deliveryContext": {"isRedelivery": True}}
        life.mail[number + step.told_after + 2].append(again)


async def tell(shop: Shop, lives: list[Life], numbers: Iterable[int]) -> None:
    """Let LINE tell what it tells at these steps."""
    for number in numbers:
        events = [event for life in lives for event in life.mail[number]]
        if not events:
            continue
        assert await deliver(shop, *events) == 200
        for life in lives:
            life.told |= {event["webhookEventId"] for event in life.mail[number]}
        await shop.settle()


async def compare(shop: Shop, life: Life) -> None:
    billed = {item["message"]["text"] for item in await life.phone.timeline() if item["billed"]}
    rows = await shop.sql(
        "SELECT o.why, l.voided_at IS NULL FROM ledger l JOIN outbox o ON o.id = l.outbox_id "
        "WHERE l.user_id = :user_id",
        user_id=life.phone.user_id,
    )
    counted = {why for why, counts in rows if counts}
    for words, at in life.pushed.items():
        if life.blocked_at(at, as_told=True) == life.blocked_at(at, as_told=False):
            assert (words in counted) == (words in billed), (words, life)
