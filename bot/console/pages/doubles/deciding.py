"""What is decided about doubles: whose a card is, that two are one, or two after all."""

from typing import Final

from aiohttp import web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.doubles.listing import HOME
from bot.console.visitor import actor_of, clock_of, member_of, tell
from bot.membership import linking
from bot.people.model import PeopleError
from bot.people.movers import CannotUndoError
from bot.points.actor import Actor
from bot.purchases import merging
from bot.staff.audit import audit_in
from bot.staff.rights import Right

routes: Final = Routes()
_ID: Final = r"[0-9]{1,19}"


@routes.post(f"/doubles/cards/{{conflict_id:{_ID}}}", access=Right.PEOPLE_EDIT)
async def settle(request: web.Request) -> web.Response:
    """Give a claimed number to who claims it, or leave it where it is."""
    given, now = await request.post(), clock_of(request)()
    conflict_id, moves = int(request.match_info["conflict_id"]), given.get("to") == "claimant"
    actor = Actor(staff_id=member_of(request).staff_id, device="console")
    try:
        async with request.config_dict[resources.USE_CASE]() as unit:
            is_new = await linking.settle(unit, conflict_id, moves=moves, actor=actor, now=now)
            if is_new:
                audit_in(
                    unit,
                    actor_of(request),
                    "card.settle",
                    f"conflict:{conflict_id}",
                    now=now,
                    details={"outcome": "moved" if moves else "kept"},
                )
    except linking.OwnNumberError:
        words = N_("会員番号そのものなので、付け替えはできません。同じ方なら統合してください。")
        await tell(request, words, "warn")
        return see_other(HOME)
    if not is_new:
        await tell(request, N_("このカード番号は、すでに確認済みです。"), "warn")
    elif moves:
        await tell(request, N_("カード番号を付け替えました。"))
    else:
        await tell(request, N_("カード番号をそのままにしました。"))
    return see_other(HOME)


@routes.post("/doubles/merge", access=Right.PEOPLE_MERGE)
async def merge(request: web.Request) -> web.Response:
    """Make two people one."""
    given, now = await request.post(), clock_of(request)()
    kept, dropped = str(given.get("keep", "")), str(given.get("drop", ""))
    if not all(one.isascii() and one.isdigit() and len(one) < 20 for one in (kept, dropped)):  # noqa: PLR2004 - 64 bits
        raise web.HTTPBadRequest
    taken = [name.removeprefix("take.") for name, word in given.items() if word == "drop"]
    try:
        async with request.config_dict[resources.USE_CASE]() as unit:
            merge_id = await merging.merge(
                unit,
                request.config_dict[keys.RANKS],
                int(kept),
                int(dropped),
                source=f"staff:{member_of(request).staff_id}",
                now=now,
                take=[name for name in taken if name != "number"],
                take_number="number" in taken,
            )
            audit_in(
                unit,
                actor_of(request),
                "people.merge",
                f"person:{kept}",
                now=now,
                details={"dropped": dropped, "merge": str(merge_id)},
            )
    except PeopleError:
        words = N_("統合できませんでした。すでに統合されているか、同じお客様です。")
        await tell(request, words, "warn")
        return see_other(HOME)
    await tell(request, N_("2人のお客様を1人に統合しました。"))
    return see_other(HOME)


@routes.post(f"/doubles/merges/{{merge_id:{_ID}}}/undo", access=Right.PEOPLE_MERGE)
async def undo(request: web.Request) -> web.Response:
    """Make one person two again, as they were."""
    now, merge_id = clock_of(request)(), int(request.match_info["merge_id"])
    try:
        async with request.config_dict[resources.USE_CASE]() as unit:
            person_id = await merging.undo(
                unit,
                request.config_dict[keys.RANKS],
                merge_id,
                source=f"staff:{member_of(request).staff_id}",
                now=now,
            )
            audit_in(
                unit,
                actor_of(request),
                "people.unmerge",
                f"person:{person_id}",
                now=now,
                details={"merge": str(merge_id)},
            )
    except CannotUndoError:
        words = N_("元に戻せませんでした。統合のあとで、ポイントやスタンプなどが変わっています。")
        await tell(request, words, "warn")
        return see_other(HOME)
    await tell(request, N_("統合を取り消し、2人のお客様に戻しました。"))
    return see_other(HOME)
