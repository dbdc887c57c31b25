"""Bringing menus to an emulated LINE, whatever happens on the way."""

import asyncio
from datetime import timedelta

import pytest

from richmenus import lease
from richmenus.calls import PublishError, TooManyError
from richmenus.lease import BusyError, Lease
from richmenus.plan import Kind
from richmenus.publish import BlockedError
from richmenus.version import Version, versions
from tests.richmenus.support import CutOff, Desk, Dying, version

FIRST = (version("guest"), version("member"))
NEXT = (version("guest", "#27406B"), version("member"))
#: More calls than any publication of two menus makes.
MANY = 40


async def test_the_first_time_everything_is_made(desk: Desk) -> None:
    plan = await desk.plan(FIRST)
    assert [str(change) for change in plan.changes] == [
        "guest: make it on LINE",
        "guest: name it enishi-guest, for tabs",
        "member: make it on LINE",
        "member: name it enishi-member, for tabs",
        "guest: show it to everybody who has none of their own",
    ]
    done = await desk.apply(FIRST)
    assert (done.created, done.deleted, done.left) == (("guest", "member"), (), ())
    assert desk.stands(FIRST)
    assert dict(await desk.sql("SELECT key, rich_menu_id FROM menus")) == done.ids


async def test_the_second_time_nothing_is_changed(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    desk.emulator.platform.requests.clear()
    assert (await desk.plan(FIRST)).is_empty
    again = await desk.apply(FIRST)
    assert (again.ids, again.created, again.deleted) == (first.ids, (), ())
    assert {method for method, _ in await desk.asked()} == {"GET"}


async def test_a_new_picture_makes_a_new_menu_and_the_old_one_goes_last(desk: Desk) -> None:
    before = await desk.apply(FIRST)
    desk.emulator.platform.requests.clear()
    plan = await desk.plan(NEXT)
    assert [(change.kind, change.key) for change in plan.changes] == [
        (Kind.REPLACE, "guest"),
        (Kind.MOVE_ALIAS, "guest"),
        (Kind.SET_DEFAULT, "guest"),
        (Kind.DELETE, "guest"),
    ]
    after = await desk.apply(NEXT)
    assert (after.created, after.deleted) == (("guest",), (before.ids["guest"],))
    assert after.ids["member"] == before.ids["member"]
    assert (await desk.asked())[-1] == ("DELETE", f"/v2/bot/richmenu/{before.ids['guest']}")
    assert desk.stands(NEXT)


@pytest.mark.parametrize("taken", [False, True], ids=["before", "after"])
async def test_cut_off_at_any_call_the_next_apply_ends_right(desk: Desk, *, taken: bool) -> None:
    at = 0
    for at in range(1, MANY):
        await desk.forget()
        try:
            await desk.publisher(Dying(desk.line, at=at, taken=taken)).apply(FIRST)
        except CutOff:
            await desk.apply(FIRST)
            assert desk.stands(FIRST), f"cut off at call {at}"
            assert (await desk.plan(FIRST)).is_empty
        else:
            break
    assert 12 < at < MANY - 1


@pytest.mark.parametrize("taken", [False, True], ids=["before", "after"])
async def test_cut_off_at_any_call_of_a_change_there_is_always_a_menu(
    desk: Desk, *, taken: bool
) -> None:
    at = 0
    for at in range(1, MANY):
        await desk.forget()
        await desk.apply(FIRST)
        try:
            await desk.publisher(Dying(desk.line, at=at, taken=taken)).apply(NEXT)
        except CutOff:
            assert desk.shown_to_all in {FIRST[0].name, NEXT[0].name}, f"cut off at call {at}"
            assert desk.aliased.keys() == {one.alias for one in FIRST}
            await desk.apply(NEXT)
            assert desk.stands(NEXT), f"cut off at call {at}"
            assert (await desk.plan(NEXT)).is_empty
        else:
            break
    assert 8 < at < MANY - 1


async def test_friends_of_the_old_version_are_given_the_new_one_even_after_a_cut(
    desk: Desk,
) -> None:
    first = await desk.apply(FIRST)
    new = (FIRST[0], version("member", "#75645A"))
    phones = [await desk.friend(name, "member", first.ids["member"]) for name in ("Mei", "Ken")]
    words = [str(change) for change in (await desk.plan(new)).changes]
    assert "member: show 2 friends the new one" in words
    at = 0
    for at in range(1, MANY):
        try:
            await desk.publisher(Dying(desk.line, at=at, taken=False)).apply(new)
        except CutOff:
            for phone in phones:
                menu = await phone.menu()
                assert menu is not None, f"cut off at call {at}"
                assert menu["source"] == "user", f"cut off at call {at}"
        else:
            break
    names = {(await phone.menu() or {})["name"] for phone in phones}
    assert names == {new[1].name}
    assert desk.stands(new)


async def test_a_menu_made_twice_is_deleted_once_more(desk: Desk) -> None:
    await desk.line.create(FIRST[0].as_line)
    await desk.line.create(FIRST[0].as_line)
    done = await desk.apply(FIRST)
    assert len(done.deleted) == 1
    assert desk.stands(FIRST)


@pytest.mark.parametrize("kind", ["accept-then-500", "reset"])
async def test_a_menu_whose_making_had_no_clear_answer_is_not_made_twice(
    desk: Desk, kind: str
) -> None:
    await desk.fault("/v2/bot/richmenu", kind, method="POST", times=1)
    await desk.fault("/v2/bot/richmenu/{richMenuId}/content", kind, method="POST", times=1)
    await desk.apply(FIRST)
    assert desk.stands(FIRST)
    created = [call for call in await desk.asked() if call == ("POST", "/v2/bot/richmenu")]
    assert len(created) == 2 + (kind == "reset")


async def test_every_other_call_is_made_again_until_a_clear_answer_comes(desk: Desk) -> None:
    for path in ("/v2/bot/richmenu/alias", "/v2/bot/user/all/richmenu", "/v2/bot/richmenu/list"):
        await desk.fault(path, "accept-then-500", times=1)
    await desk.apply(FIRST)
    assert desk.stands(FIRST)


async def test_menus_of_others_are_left_alone(desk: Desk) -> None:
    theirs = {
        await desk.line.create({**FIRST[0].body, "name": name})
        for name in ("campaign", "enishi:x")
    }
    await desk.apply(FIRST)
    await desk.apply(NEXT)
    assert theirs <= desk.names.keys()


async def test_a_menu_no_longer_defined_is_deleted_with_its_alias(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    done = await desk.apply(FIRST[:1])
    assert done.deleted == (first.ids["member"],)
    assert desk.stands(FIRST[:1])


async def test_a_menu_no_longer_defined_stays_while_friends_have_it(desk: Desk) -> None:
    first = await desk.apply(FIRST)
    await desk.friend("Mei", "member", first.ids["member"])
    done = await desk.apply(FIRST[:1])
    assert done.left == (f"member: {first.ids['member']} stays until no friend has it",)
    assert first.ids["member"] in desk.names


async def test_a_menu_that_a_rule_shows_cannot_be_left_out(desk: Desk) -> None:
    await desk.apply(FIRST)
    with pytest.raises(BlockedError, match="rules show the menu member, which is not defined"):
        await desk.publisher(named=("guest", "member")).apply(FIRST[:1])
    assert desk.stands(FIRST)


async def test_a_picture_line_does_not_take_stops_before_anything_changes(desk: Desk) -> None:
    await desk.apply(FIRST)
    await desk.fault("/v2/bot/richmenu/{richMenuId}/content", "status", method="POST", status=400)
    with pytest.raises(PublishError, match=r"could not upload a picture: refused: "):
        await desk.apply(NEXT)
    assert desk.shown_to_all == FIRST[0].name
    steps = await desk.sql("SELECT state, message FROM rich_menu_steps ORDER BY id DESC LIMIT 1")
    assert steps[0][0] == "failed"
    assert "could not upload" in steps[0][1]


async def test_a_picture_with_errors_blocks_before_any_change(desk: Desk) -> None:
    broken = Version("guest", NEXT[0].body, "broken", b"<html>", "image/png")
    plan = await desk.plan((broken, NEXT[1]))
    assert plan.blockers == ("guest: is HTML, LINE takes PNG and JPEG; save it as one of them",)
    with pytest.raises(BlockedError, match="guest: is HTML"):
        await desk.apply((broken, NEXT[1]))
    assert {method for method, _ in await desk.asked()} == {"GET"}


async def test_what_line_garbles_is_made_anew(desk: Desk) -> None:
    await desk.apply(FIRST)
    wrong = dict(NEXT[0].as_line) | {"chatBarText": "ちがう"}
    await desk.line.create(wrong)  # of the right name, and not what it says
    await desk.apply(NEXT)
    assert desk.stands(NEXT)
    menus = desk.emulator.world.menus.menus.values()
    assert [menu.body["chatBarText"] for menu in menus if menu.body["name"] == NEXT[0].name] == [
        NEXT[0].body["chatBarText"]
    ]


async def test_two_at_once_exclude_each_other(desk: Desk) -> None:
    results = await asyncio.gather(
        *(desk.publisher().apply(FIRST) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(result, BusyError) for result in results) == 2
    assert desk.stands(FIRST)


async def test_the_lease_of_a_dead_apply_lapses(desk: Desk) -> None:
    await Lease(desk.engine, desk.emulator.clock.now).take()
    with pytest.raises(BusyError, match="another apply has been at work since 03:00:00 UTC"):
        await desk.apply(FIRST)
    desk.emulator.clock.advance(lease.LEASE.total_seconds())
    await desk.apply(FIRST)
    assert desk.stands(FIRST)


async def test_a_lease_taken_over_stops_whoever_had_it(desk: Desk) -> None:
    slow, quick = (Lease(desk.engine, desk.emulator.clock.now) for _ in range(2))
    await slow.take()
    desk.emulator.clock.advance(lease.LEASE.total_seconds())
    await quick.take()
    await slow.renew()
    with pytest.raises(BusyError):
        slow.require()


async def test_lines_hour_is_counted_before_it_is_used_up(desk: Desk) -> None:
    now = desk.emulator.clock.now() - timedelta(minutes=20)
    at = int(now.timestamp() * 1_000)
    await desk.sql_do(
        "INSERT INTO rich_menu_steps (id, apply_id, kind, key, state, begun_at) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
        "SELECT i, 1, 'create', 'x', 'done', :at FROM n",
        at=at,
    )
    with pytest.raises(TooManyError, match="100 menus be made an hour; apply again from 03:40"):
        await desk.apply(FIRST)
    desk.emulator.clock.advance(41 * 60)
    await desk.apply(FIRST)
    assert desk.stands(FIRST)


async def test_the_sample_menus_reach_line_with_their_pictures(desk: Desk) -> None:
    wanted = versions()
    await desk.apply(wanted)
    for menu in (await desk.line.look()).menus:
        (one,) = (one for one in wanted if one.name == menu.name)
        assert await desk.line.picture(menu.rich_menu_id) == one.picture


async def test_all_of_it_on_postgresql(postgres_desk: Desk) -> None:
    desk = postgres_desk
    await desk.apply(FIRST)
    with pytest.raises(CutOff):
        await desk.publisher(Dying(desk.line, at=9, taken=True)).apply(NEXT)
    done = await desk.apply(NEXT)
    assert len(done.deleted) == 1
    assert desk.stands(NEXT)
    assert await desk.sql("SELECT key, state FROM rich_menu_versions ORDER BY id") == [
        ("guest", "past"),
        ("member", "standing"),
        ("guest", "standing"),
    ]
