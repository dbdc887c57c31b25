"""Everybody has the menu they should, whoever changed what, and whenever a period begins."""

from datetime import timedelta

from bot.menus.settling import THROUGH_AFTER
from bot.resources import ENGINE
from tests.flows.support import tell_line
from tests.menus.support import BULK, FRIENDS, REGULARS, both, decide, keep, menus_of, tag
from tests.support import NOON, Shop


@both
async def test_an_import_moves_those_whom_it_changed(shop: Shop) -> None:
    mei, ken = await shop.friend("Mei"), await shop.friend("Ken")
    await decide(shop, {"when": REGULARS, "menu": "member"})
    await tag(shop, mei)
    await keep(shop)
    assert await menus_of(mei, ken) == ["member", "guest"]
    await tag(shop, mei, tags="[]")
    await keep(shop)
    assert await menus_of(mei, ken) == ["guest", "guest"]


@both
async def test_a_rule_edit_moves_many_in_one_call(shop: Shop) -> None:
    phones = [await shop.friend(f"友だち{number}") for number in range(12)]
    await keep(shop)
    await decide(shop, {"when": FRIENDS, "menu": "member"})
    assert await menus_of(*phones) == ["member"] * 12
    (call,) = await shop.requests(BULK)
    assert len(call["body"]["userIds"]) == 12
    await decide(shop, {"when": FRIENDS, "menu": "member"})
    assert len(await shop.requests(BULK)) == 1, "everybody has it already"


async def test_a_bulk_link_that_line_does_late_does_not_undo_a_newer_one(shop: Shop) -> None:
    phones = [await shop.friend(f"友だち{number}") for number in range(12)]
    await tell_line(shop, "behaviour", menuBulkSeconds=5)
    await keep(shop)
    await decide(shop, {"when": REGULARS, "menu": "guest"}, {"when": FRIENDS, "menu": "member"})
    await tag(shop, phones[0])
    await keep(shop)  # a call of its own, done at once; the bulk link comes behind it
    await shop.advance(5)
    assert await menus_of(phones[0], phones[1]) == ["member", "member"]
    await shop.advance(THROUGH_AFTER.total_seconds())
    await shop.work()
    await shop.settle()
    assert await menus_of(phones[0], phones[1]) == ["guest", "member"]


async def test_one_id_that_line_does_not_know_keeps_nobody_else_from_their_menu(
    shop: Shop,
) -> None:
    phones = [await shop.friend(f"友だち{number}") for number in range(12)]
    await _rename(shop, phones[3].user_id, "Unobody")
    await decide(shop, {"when": FRIENDS, "menu": "member"})
    others = [phone for phone in phones if phone is not phones[3]]
    assert await menus_of(*others) == ["member"] * 11


async def test_a_period_begins_and_ends_by_itself(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    spring = {"when": FRIENDS, "menu": "member"}
    start, end = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    await decide(shop, {**spring, "from": start.isoformat(), "until": end.isoformat()})
    assert await menus_of(mei) == ["guest"]
    await shop.advance(3600)
    await keep(shop)
    assert await menus_of(mei) == ["member"]
    await shop.advance(3600)
    await keep(shop)
    assert await menus_of(mei) == ["guest"]


async def test_a_birthday_comes_at_midnight_in_tokyo(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await _learn(shop, mei.user_id, '{"birth_date": "1990-04-02"}')
    today = {"field": "attribute.birth_date", "op": "anniversary_today"}
    await decide(shop, {"when": today, "menu": "member"})
    assert await menus_of(mei) == ["guest"]
    await shop.advance(12 * 3600)
    await keep(shop)
    assert await menus_of(mei) == ["member"]


async def test_another_default_is_line_s_default_too(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await decide(shop, default="member")
    ken = await shop.friend("Ken")
    assert await menus_of(mei, ken) == ["member", "member"]


async def test_what_happened_while_nobody_looked_is_found_later(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    await decide(shop, {"when": REGULARS, "menu": "member"})
    await tag(shop, mei)
    await _forget_changes(shop)
    await keep(shop)
    assert await menus_of(mei) == ["member"]


async def _rename(shop: Shop, user_id: str, other: str) -> None:
    await _run(
        shop,
        f"UPDATE friends SET user_id = '{other}' WHERE user_id = '{user_id}'",  # noqa: S608
    )


async def _learn(shop: Shop, user_id: str, attributes: str) -> None:
    await _run(
        shop,
        f"UPDATE people SET attributes = '{attributes}' "  # noqa: S608
        f"WHERE id = (SELECT person_id FROM friends WHERE user_id = '{user_id}')",
    )


async def _forget_changes(shop: Shop) -> None:
    """Let a day go by in which the scheduler was away and the log was pruned."""
    await _run(shop, "DELETE FROM friend_changes", "UPDATE menu_progress SET looked_at = 0")


async def _run(shop: Shop, *statements: str) -> None:
    async with shop.app[ENGINE].begin() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
