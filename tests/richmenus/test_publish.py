"""Publishing menus to an emulated LINE, whatever happens on the way."""

from collections.abc import Sequence

import pytest

from richmenus.plan import Version, versions
from richmenus.publish import PublishError, look, publish, retire
from tests.richmenus.support import CutOff, Desk, Dying, version

FIRST = (version("guest"), version("member"))
NEXT = (version("guest", "#27406B"), version("member"))
#: More calls than any publication of two menus makes.
MANY = 30


async def all_of_it(desk: Desk, wanted: Sequence[Version]) -> None:
    await publish(desk.line, wanted, default="guest")
    await retire(desk.line, wanted)


def stands(desk: Desk, wanted: Sequence[Version]) -> bool:
    """Tell whether LINE has exactly these menus, and points to them."""
    return (
        sorted(desk.names.values()) == sorted(one.name for one in wanted)
        and desk.shown_to_all == wanted[0].name
        and desk.aliased == {one.alias: one.name for one in wanted}
    )


async def test_the_first_time_everything_is_made(desk: Desk) -> None:
    published = await publish(desk.line, FIRST, default="guest")
    assert published.created == ("guest", "member")
    assert published.old == ()
    assert stands(desk, FIRST)
    assert {key: desk.names[id_] for key, id_ in published.ids.items()} == {
        one.key: one.name for one in FIRST
    }


async def test_the_second_time_nothing_is_changed(desk: Desk) -> None:
    first = await publish(desk.line, FIRST, default="guest")
    desk.emulator.platform.requests.clear()
    again = await publish(desk.line, FIRST, default="guest")
    assert (again.ids, again.created, again.old) == (first.ids, (), ())
    assert await retire(desk.line, FIRST) == ()
    assert {request["method"] for request in await requests(desk)} == {"GET"}


async def test_a_new_picture_makes_a_new_menu_and_the_old_one_stays_until_retired(
    desk: Desk,
) -> None:
    before = await publish(desk.line, FIRST, default="guest")
    after = await publish(desk.line, NEXT, default="guest")
    assert after.created == ("guest",)
    assert after.ids["member"] == before.ids["member"]
    assert [menu.rich_menu_id for menu in after.old] == [before.ids["guest"]]
    assert before.ids["guest"] in desk.names
    assert desk.shown_to_all == NEXT[0].name
    assert await retire(desk.line, NEXT) == (before.ids["guest"],)
    assert stands(desk, NEXT)


@pytest.mark.parametrize("taken", [False, True], ids=["before", "after"])
async def test_cut_off_at_any_call_publishing_again_ends_right(desk: Desk, *, taken: bool) -> None:
    for at in range(1, MANY):
        await desk.emulator.reset()
        try:
            dying = Dying(desk.line, at=at, taken=taken)
            await publish(dying, FIRST, default="guest")
        except CutOff:
            await all_of_it(desk, FIRST)
            assert stands(desk, FIRST), f"cut off at call {at}"
        else:
            break
    assert at > len(["list", "default", "aliases"]) + 2 * len(["create", "upload", "picture"])


@pytest.mark.parametrize("taken", [False, True], ids=["before", "after"])
async def test_cut_off_at_any_call_of_a_change_there_is_always_a_menu(
    desk: Desk, *, taken: bool
) -> None:
    at = 0
    for at in range(1, MANY):
        await desk.emulator.reset()
        await all_of_it(desk, FIRST)
        dying = Dying(desk.line, at=at, taken=taken)
        try:
            await publish(dying, NEXT, default="guest")
            await retire(dying, NEXT)
        except CutOff:
            assert desk.shown_to_all in {FIRST[0].name, NEXT[0].name}, f"cut off at call {at}"
            assert desk.aliased.keys() == {one.alias for one in FIRST}
            await all_of_it(desk, NEXT)
            assert stands(desk, NEXT), f"cut off at call {at}"
        else:
            break
    assert 1 < at < MANY - 1


async def test_a_menu_made_twice_is_deleted_once_more(desk: Desk) -> None:
    await desk.line.create(FIRST[0].menu.as_line(FIRST[0].name))
    await desk.line.create(FIRST[0].menu.as_line(FIRST[0].name))
    published = await publish(desk.line, FIRST, default="guest")
    assert (published.created, len(published.old)) == (("member",), 1)
    await retire(desk.line, FIRST)
    assert stands(desk, FIRST)


async def test_menus_of_others_are_left_alone(desk: Desk) -> None:
    body = FIRST[0].menu.as_line("campaign")
    theirs = {await desk.line.create({**body, "name": name}) for name in ("campaign", "enishi:x")}
    await all_of_it(desk, FIRST)
    await all_of_it(desk, NEXT)
    assert theirs <= desk.names.keys()


async def test_a_menu_no_longer_defined_is_retired(desk: Desk) -> None:
    published = await publish(desk.line, FIRST, default="guest")
    assert await retire(desk.line, FIRST[:1]) == (published.ids["member"],)


async def test_nothing_is_deleted_before_every_new_menu_stands(desk: Desk) -> None:
    await all_of_it(desk, FIRST)
    await desk.line.create(NEXT[0].menu.as_line(NEXT[0].name))
    with pytest.raises(PublishError, match="publish first"):
        await retire(desk.line, NEXT)
    assert desk.shown_to_all == FIRST[0].name


async def test_a_picture_line_does_not_take_stops_before_anything_changes(desk: Desk) -> None:
    await all_of_it(desk, FIRST)
    broken = Version(NEXT[0].menu, b"no picture")
    with pytest.raises(PublishError, match=r"could not upload a picture: refused: "):
        await publish(desk.line, (broken, NEXT[1]), default="guest")
    assert desk.shown_to_all == FIRST[0].name


async def test_a_default_that_is_no_menu_is_refused_before_any_call(desk: Desk) -> None:
    with pytest.raises(KeyError, match="staff"):
        await publish(desk.line, FIRST, default="staff")
    assert desk.names == {}


async def test_a_menu_deleted_by_hand_meanwhile_is_no_mistake(desk: Desk) -> None:
    await desk.line.delete("richmenu-" + "0" * 32)


async def test_the_sample_menus_reach_line_with_their_pictures(desk: Desk) -> None:
    wanted = versions()
    await publish(desk.line, wanted, default="guest")
    found = await look(desk.line, wanted)
    assert {menu.name for menu in found.menus if menu.has_picture} == {one.name for one in wanted}
    for menu in found.menus:
        (one,) = (one for one in wanted if one.name == menu.name)
        assert await desk.line.picture(menu.rich_menu_id) == one.picture


async def requests(desk: Desk) -> list[dict[str, str]]:
    async with desk.http.get(desk.base + "/_emulator/requests") as answer:
        found: list[dict[str, str]] = (await answer.json())["requests"]
        return found
