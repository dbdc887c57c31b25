"""Calls that did not arrive, or may not have: the list, and what it is narrowed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.counted import COUNTED, COUNTS, by_state
from bot.console.live import names
from bot.console.pages.trouble import account, wording
from bot.console.rendering import render
from bot.console.visitor import clock_of, member_of
from bot.conversations.allowance import allowance
from bot.inbox import dead
from bot.outbox import troubles
from bot.outbox.model import State
from bot.outbox.troubles import Group, Reason
from bot.staff.rights import Right

routes: Final = Routes()
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to."""

    state: State | None
    reason: Reason | None
    #: Of ``wording.FAMILIES``; empty: all.
    family: str
    before: int

    def takes(self, group: Group, *, by_reason: bool = True) -> bool:
        """Whether calls of a group are wanted."""
        return (
            self.state in {None, group.state}
            and (not self.family or group.kind in wording.FAMILIES[self.family][1])
            and (not by_reason or self.reason in {None, group.reason})
        )


def wanted_of(values: Mapping[str, str]) -> Wanted:
    """Read what an address or a form narrows the list to; what it does not know, it leaves out."""
    state, reason = values.get("state", ""), values.get("reason", "")
    family, before = values.get("kind", ""), values.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) < 19  # noqa: PLR2004 - 64 bits
    return Wanted(
        State(state) if state in {each.value for each in troubles.STATES} else None,
        Reason(reason) if reason in set(Reason) else None,
        family if family in wording.FAMILIES else "",
        int(before) if is_number else 1 << 62,
    )


@routes.get("/trouble", access=Right.QUEUES_READ)
async def show(request: web.Request) -> web.Response:
    """Show what waits for a person, the newest first."""
    member, now = member_of(request), clock_of(request)()
    wanted, shops = wanted_of(request.query), member.scope.shops
    async with request.config_dict[resources.ENGINE].connect() as connection:
        groups = await troubles.groups(connection, shops=shops)
        chosen = [group for group in groups if wanted.takes(group)]
        found = await troubles.newest(
            connection, chosen, shops=shops, before=wanted.before, limit=PAGE + 1
        )
        called = await names(connection)
        letters = await dead.count(connection) if shops is None else 0
        left = await allowance(connection, now=now)
        problems = request.config_dict[keys.LIBRARY].problems
        alarms = (
            await account.alarms(connection, problems=problems, groups=groups, now=now)
            if shops is None
            else []
        )
    total = sum(group.count for group in groups)
    request[COUNTS] = request.config_dict[COUNTED].learn(member, total + letters)
    return render(
        request,
        "needs/calls.html",
        troubles=found[:PAGE],
        has_more=len(found) > PAGE,
        wanted=wanted,
        states=by_state(groups),
        reasons=_reasons(groups, wanted),
        total=total,
        letters=letters,
        alarms=alarms,
        left=left,
        staff=called.staff,
        is_narrowed=shops is not None,
        words=wording,
    )


def _reasons(groups: Sequence[Group], wanted: Wanted) -> dict[Reason, int]:
    counts: dict[Reason, int] = {}
    for group in groups:
        if wanted.takes(group, by_reason=False):
            counts[group.reason] = counts.get(group.reason, 0) + group.count
    return dict(sorted(counts.items(), key=lambda each: -each[1]))
