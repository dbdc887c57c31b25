"""Every night a sample of friends is compared with LINE, and what is wrong is put right."""

from bot.app import KEEPER
from bot.menus import checking
from bot.menus.settling import THROUGH_AFTER
from bot.resources import ENGINE
from tests.flows.support import member, metric
from tests.menus.support import DEFAULT, FRIENDS, command, decide, hide, keep, menus_of, show
from tests.support import Shop

#: From noon to behind four in the morning.
NIGHT = 17 * 3600


async def night(shop: Shop) -> None:
    """Let a night go by, and the keeper see it."""
    await keep(shop)
    await shop.advance(NIGHT)
    keeper = shop.app[KEEPER]
    assert keeper.checker is not None
    await keeper.checker.check_if_due()
    await keep(shop)


def lose(shop: Shop, *user_ids: str) -> None:
    """Let LINE forget whose menu is whose."""
    for user_id in user_ids:
        shop.line.world.users[user_id].rich_menu_id = None


async def report(shop: Shop) -> checking.Report:
    async with shop.app[ENGINE].connect() as connection:
        found = await checking.last(connection)
    assert found is not None
    return found


async def test_a_link_that_line_lost_is_found_in_the_night(shop: Shop) -> None:
    mei, ken = await member(shop, "Mei"), await shop.friend("Ken")
    lose(shop, mei.user_id)
    assert await menus_of(mei, ken) == ["guest", "guest"]
    await night(shop)
    assert await menus_of(mei, ken) == ["member", "guest"]
    found = await report(shop)
    assert (found.looked, found.drifts) == (
        2,
        (checking.Drift(mei.user_id, "member", None),),
    )
    assert await metric(shop, "enishi_menus_wrong") == 1


async def test_a_menu_that_another_tool_linked_gives_way_to_the_default(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    ours = {key: menu for menu, key in _keys(shop)}
    shop.line.world.users[mei.user_id].rich_menu_id = ours["member"]
    await night(shop)
    assert await menus_of(mei) == ["guest"]


async def test_a_menu_that_another_tool_linked_while_all_are_hidden_is_taken_away(
    shop: Shop,
) -> None:
    mei = await shop.friend("Mei")
    begun = await hide(shop)
    ours = {key: menu for menu, key in _keys(shop)}
    async with shop.app[ENGINE].begin() as connection:  # never linked to anything by us
        await connection.exec_driver_sql("UPDATE friends SET menu = NULL")
    shop.line.world.users[mei.user_id].rich_menu_id = ours["guest"]
    await night(shop)
    assert await menus_of(mei) == [None]
    await show(shop, begun)
    assert await menus_of(mei) == ["guest"]


async def test_a_default_that_line_lost_is_set_again(shop: Shop) -> None:
    mei = await shop.friend("Mei")
    shop.line.world.menus.default_id = None
    await night(shop)
    assert await menus_of(mei) == ["guest"]
    assert not (await report(shop)).default_is_right


async def test_when_much_is_wrong_everybody_is_told_anew(shop: Shop) -> None:
    phones = [await shop.friend(f"友だち{number}") for number in range(12)]
    await decide(shop, {"when": FRIENDS, "menu": "member"})
    await shop.advance(THROUGH_AFTER.total_seconds())
    await shop.work()
    lose(shop, *(phone.user_id for phone in phones))
    keeper = shop.app[KEEPER]
    assert keeper.checker is not None
    await shop.settle()
    await keeper.checker.check(sample=3)
    await keep(shop)
    assert await menus_of(*phones) == ["member"] * 12


async def test_a_call_that_failed_for_good_is_made_again_the_night_after(shop: Shop) -> None:
    await keep(shop)
    await shop.fault("/v2/bot/user/{userId}/richmenu", "status", status=403, times=1)
    mei = await member(shop, "Mei")
    assert await menus_of(mei) == ["guest"]
    await night(shop)
    assert await menus_of(mei) == ["member"]


async def test_a_quiet_night_changes_nothing(shop: Shop) -> None:
    await member(shop, "Mei")
    await hide(shop, menu="guest")
    calls = len(await shop.requests(DEFAULT))
    await night(shop)
    found = await report(shop)
    assert (found.looked, found.drifts, found.default_is_right) == (1, (), True)
    assert len(await shop.requests(DEFAULT)) == calls + 1, "one look, no change"


async def test_the_command_says_who_saw_what(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    await keep(shop)
    code, said = await command(shop, "check")
    assert (code, said) == (0, "1 friends looked at, 0 wrong.\n")
    lose(shop, mei.user_id)
    code, said = await command(shop, "check")
    assert code == 1
    assert f"{mei.user_id}: no own menu, not member\n1 friends looked at, 1 wrong.\n" in said


async def test_a_menu_that_was_deleted_on_line_is_named_and_nobody_is_linked_to_it(
    shop: Shop,
) -> None:
    mei, ken = await member(shop, "Mei"), await shop.friend("Ken")
    await keep(shop)
    delete(shop, "member")
    before = len(await shop.requests(f"/v2/bot/user/{mei.user_id}/richmenu"))
    await night(shop)
    assert await menus_of(mei, ken) == ["guest", "guest"]
    found = await report(shop)
    assert (found.missing, found.wrong) == (("member",), 2)
    assert found.drifts == (checking.Drift(mei.user_id, "member", None),)
    asked = await shop.requests(f"/v2/bot/user/{mei.user_id}/richmenu")
    assert len(asked) == before + 1, "one look, no link that LINE would refuse"
    code, said = await command(shop, "check")
    assert code == 1
    assert "LINE has no menu member any more: enishi richmenus apply makes it again." in said


def delete(shop: Shop, key: str) -> None:
    """Delete a menu by hand, as another tool would."""
    ours = {key: menu for menu, key in _keys(shop)}
    del shop.line.world.menus.menus[ours[key]]
    lose(shop, *(u.user_id for u in shop.line.world.users.values() if u.rich_menu_id == ours[key]))


def _keys(shop: Shop) -> list[tuple[str, str]]:
    menus = shop.line.world.menus.menus
    return [(menu_id, str(menu.body["name"]).split(":")[1]) for menu_id, menu in menus.items()]
