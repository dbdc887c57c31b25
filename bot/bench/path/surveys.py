"""Survey taps, end to end: start and three answers, then attributes, membership and menu.

Every friend taps on as soon as the next question is there.
"""

from collections.abc import Sequence
from typing import Final

from bot.bench.path.record import Run
from bot.bench.path.repeated import Effort, busy_line, cpu_line, rate_line, several
from bot.bench.path.report import Report
from bot.bench.path.runs import Trial
from bot.bench.path.stage import Stage
from bot.bench.path.texts import known_friends
from bot.bench.path.webhooks import Delivery, user_id
from bot.postbacks import AnswerSurvey, StartSurvey

_SURVEY: Final = "welcome"
_TAPS: Final = 4
_BATCH: Final = 100


async def measure(stage: Stage, effort: Effort, report: Report) -> None:
    """State, reply, attributes and menu link, by the tap."""
    async with known_friends(stage) as trial:
        first = 10_000

        async def loaded(number: int) -> Run:
            nonlocal first
            friends = range(first, first + number // _TAPS)
            first = friends.stop
            return await _answer_all(trial, friends)

        runs = await several(loaded, stage, effort, report)
    report.lines += [rate_line("survey taps", runs, 1_200, 2_000), cpu_line(runs), busy_line(runs)]


async def _answer_all(trial: Trial, friends: range) -> Run:
    """Let new friends write once, then let all of them answer the survey at the same time."""
    mint, sink = trial.stage.mint, trial.stage.sink
    await trial.closed(
        [
            mint.delivery(*(mint.text(friend) for friend in friends[at : at + _BATCH]))
            for at in range(0, len(friends), _BATCH)
        ]
    )
    run = await trial.talk(
        {friend: _taps(trial.stage, friend) for friend in friends}, links=len(friends)
    )
    expected = {f"/v2/bot/user/{user_id(f)}/richmenu/richmenu-bench-member" for f in friends}
    linked = [link.path for link in sink.links]
    run.faults.lost += len(expected - set(linked))
    run.faults.doubled += len(linked) - len(set(linked))
    run.faults.wrong += len(set(linked) - expected) + abs(len(sink.contents) - _TAPS)
    return run


def _taps(stage: Stage, friend: int) -> Sequence[Delivery]:
    mint = stage.mint
    answers = [("found_us", "passing"), ("visit_time", "morning"), ("birthday", "")]
    taps = [mint.tap(friend, StartSurvey(_SURVEY).encode())]
    for question, value in answers:
        data = AnswerSurvey(_SURVEY, 1, question, value).encode()
        taps.append(mint.tap(friend, data, None if value else {"date": "1990-05-01"}))
    return [mint.delivery(tap) for tap in taps]
