"""What was changed on LINE by hand, and menus that were made elsewhere."""

from pathlib import Path
from typing import Any

import pytest

from bot.postbacks import PickDate, ShowCard, SwitchTab
from richmenus.adopt import AdoptError, Written
from richmenus.back import NoWayBackError, take_back
from richmenus.definition import load_all
from richmenus.plan import Kind
from richmenus.version import Version, versions
from tests.richmenus.support import Desk, version

FIRST = (version("guest"), version("member"))
NEXT = (version("guest", "#27406B"), version("member"))
THIRD = (version("guest", "#3A2B22"), version("member"))


async def told(desk: Desk) -> list[str]:
    return [str(one) for one in await desk.publisher().drift()]


async def test_nothing_changed_is_nothing_told(desk: Desk) -> None:
    assert await told(desk) == []
    await desk.apply(FIRST)
    assert await told(desk) == []


async def test_everything_that_hands_can_change_is_told_and_mended(desk: Desk) -> None:
    ids = (await desk.apply(FIRST)).ids
    world = desk.emulator.world.menus
    theirs = await desk.line.create({**FIRST[0].body, "name": "summer"})
    world.aliases = {"enishi-member": ids["guest"], "enishi-tea": ids["guest"]}
    world.default_id = ids["member"]
    picture = version("member", "#75645A").picture
    world.menus[ids["member"]].media_key = desk.emulator.platform.media.put(picture)
    assert await told(desk) == [
        f"member: {ids['member']} has another picture; apply makes it again",
        "guest: the alias enishi-guest was deleted; apply makes it again",
        f"member: the alias enishi-member means {ids['guest']}; apply moves it back",
        f"the alias enishi-tea means {ids['guest']}; apply deletes it",
        f"guest: everybody is shown {ids['member']} instead; apply shows it again",
        f"{theirs} (summer) was not made here; adopt it, or leave it alone",
    ]
    del world.menus[ids["guest"]]
    world.default_id = None
    assert f"guest: {ids['guest']} was deleted; apply makes it again" in await told(desk)
    assert "guest: is not shown to everybody any more; apply shows it again" in await told(desk)
    plan = await desk.plan(FIRST)
    kinds = {change.key: change.kind for change in plan.changes[::-1]}
    assert (kinds["guest"], kinds["member"]) == (Kind.RESTORE, Kind.COMPLETE)
    await desk.apply(FIRST)
    assert [one for one in await told(desk) if "summer" not in one] == []
    del world.menus[theirs]
    assert desk.stands(FIRST)


async def test_a_menu_that_is_not_what_was_published_is_made_again(desk: Desk) -> None:
    ids = (await desk.apply(FIRST)).ids
    desk.emulator.world.menus.menus[ids["guest"]].body["chatBarText"] = "ちがう"
    assert await told(desk) == [
        f"guest: {ids['guest']} is not what was published; apply makes it again"
    ]
    done = await desk.apply(FIRST)
    assert done.deleted == (ids["guest"],)
    assert desk.stands(FIRST)


# -- adopting -------------------------------------------------------------------------------------

TAPS: list[dict[str, Any]] = [
    {"type": "postback", "label": "会員証", "data": ShowCard().encode(), "displayText": "会員証"},
    {"type": "postback", "label": "古い道具", "data": "tool=1", "displayText": "べつの言葉"},
    {"type": "uri", "label": "店", "uri": "https://shop.example/a?b=%E7%A7%8B"},
    {"type": "uri", "label": "電話", "uri": "tel:0312345678"},
    {"type": "uri", "label": "地図", "uri": "line://nv/location"},
    {"type": "message", "label": "時間", "text": "営業時間は？"},
    {"type": "richmenuswitch", "label": "B", "richMenuAliasId": "enishi-b",
     "data": SwitchTab(menu="b").encode()},
    {"type": "richmenuswitch", "label": "X", "richMenuAliasId": "x", "data": "to=x"},
    {"type": "datetimepicker", "label": "日", "data": PickDate(attribute="birthday").encode(),
     "mode": "date", "max": "2026-04-01"},
    {"type": "datetimepicker", "label": "時", "data": "t", "mode": "time", "initial": "10:00"},
    {"type": "clipboard", "label": "写す", "clipboardText": "SPRING"},
]  # fmt: skip


async def made_elsewhere(desk: Desk, *actions: dict[str, Any], width: int = 200) -> str:
    body = {
        "size": {"width": 2500, "height": 1686},
        "selected": False,
        "name": "made in another tool",
        "chatBarText": "春のメニュー",
        "areas": [
            {"bounds": {"x": 220 * n, "y": 0, "width": width, "height": 1686}, "action": action}
            for n, action in enumerate(actions)
        ],
    }
    rich_menu_id = await desk.line.create(body)
    await desk.line.upload(rich_menu_id, FIRST[0].picture, "image/png")
    return rich_menu_id


async def adopted(desk: Desk, found: str, folder: Path) -> tuple[Written, tuple[Path, ...]]:
    publisher = desk.publisher()
    menu = await publisher.found(found, "spring")
    return menu, await publisher.adopt(menu, folder=folder)


async def test_an_adopted_menu_is_ours_without_being_made_again(
    desk: Desk, tmp_path: Path
) -> None:
    found = await made_elsewhere(desk, *TAPS)
    done, (definition, image) = await adopted(desk, found, tmp_path)
    assert (definition.name, image.name, done.is_same) == ("spring.yaml", "spring.png", True)
    menu = done.version
    assert menu.body["areas"] == [
        {"bounds": area["bounds"], "action": area["action"]}
        for area in desk.emulator.world.menus.menus[found].body["areas"]
    ]
    assert "action: card" in definition.read_text("utf-8")
    assert "tel: 0312345678" in definition.read_text("utf-8")
    applied = await desk.apply((FIRST[0], menu))
    assert (applied.ids["spring"], applied.created) == (found, ("guest",))
    assert await told(desk) == []
    assert (await desk.plan((FIRST[0], menu))).is_empty


async def test_what_cannot_be_said_exactly_is_made_anew_and_the_found_one_deleted(
    desk: Desk, tmp_path: Path
) -> None:
    unnamed = {"type": "message", "text": "営業時間"}
    found = await made_elsewhere(desk, unnamed, width=2501)
    done, _ = await adopted(desk, found, tmp_path)
    assert not done.is_same
    (area,) = done.version.body["areas"]
    assert (area["action"]["label"], area["bounds"]["width"]) == ("営業時間", 2500)
    applied = await desk.apply((FIRST[0], done.version))
    assert applied.deleted == (found,)


async def test_what_cannot_be_adopted_leaves_no_file(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(AdoptError, match="LINE has no menu of this id"):
        await adopted(desk, "richmenu-" + "0" * 32, tmp_path)
    bare = await desk.line.create({**FIRST[0].body, "name": "bare"})
    with pytest.raises(AdoptError, match="no picture yet"):
        await adopted(desk, bare, tmp_path)
    overlapping = await made_elsewhere(desk, *TAPS[2:4], width=400)
    with pytest.raises(AdoptError, match="店 and 電話 overlap; move one"):
        await adopted(desk, overlapping, tmp_path)
    (tmp_path / "spring.yaml").write_text("mine", "utf-8")
    fine = await made_elsewhere(desk, TAPS[2])
    with pytest.raises(AdoptError, match="is there already; choose another --key"):
        await adopted(desk, fine, tmp_path)
    assert await desk.sql("SELECT key FROM rich_menu_versions") == []
    assert [path.name for path in tmp_path.glob("*pring*")] == ["spring.yaml"]


# -- back -----------------------------------------------------------------------------------------


async def take(desk: Desk, one: Version) -> None:
    async with desk.engine.begin() as connection:
        await take_back(connection, one, now=desk.emulator.clock.now())


async def publish(desk: Desk, wanted: tuple[Version, ...]) -> None:
    desk.emulator.clock.advance(60)
    await desk.apply(wanted)


async def test_back_shows_the_version_before_until_the_file_changes(desk: Desk) -> None:
    await publish(desk, FIRST)
    await publish(desk, NEXT)
    await take(desk, NEXT[0])
    await publish(desk, NEXT)
    assert desk.stands(FIRST)
    assert (await desk.plan(NEXT)).is_empty
    assert "guest" in (await desk.plan(NEXT)).pinned
    await publish(desk, THIRD)
    assert desk.stands(THIRD)
    assert (await desk.plan(THIRD)).pinned == {}


async def test_back_again_follows_the_file_again(desk: Desk) -> None:
    await publish(desk, FIRST)
    await publish(desk, NEXT)
    for stands in (FIRST, NEXT, FIRST):
        await take(desk, NEXT[0])
        await publish(desk, NEXT)
        assert desk.stands(stands)


async def test_there_is_no_way_back_from_the_first_version(desk: Desk) -> None:
    await publish(desk, FIRST)
    with pytest.raises(NoWayBackError, match="guest: no version was published before this one"):
        await take(desk, FIRST[0])


async def test_so_many_versions_are_kept(desk: Desk) -> None:
    for number in range(9):
        await publish(desk, (version("guest", f"#A5462{number}"), FIRST[1]))
    rows = await desk.sql("SELECT fingerprint FROM rich_menu_versions WHERE key = 'guest'")
    assert sorted(row[0] for row in rows) == [f"guestA5462{number}" for number in range(3, 9)]


# -- tabs -----------------------------------------------------------------------------------------

TAB = """\
key: {key}
bar_text: メニュー
size: small
layout: 1+1
split: {{rows: [1, 3]}}
areas:
  - {{label: もう一方へ, action: {{tab: {other}}}}}
  - {{label: 使い方, action: help}}
"""


async def test_a_set_of_two_tabs_switches_on_the_phone_and_survives_a_new_version(
    desk: Desk, tmp_path: Path
) -> None:
    for key, other in (("guest", "second"), ("second", "guest")):
        (tmp_path / f"{key}.yaml").write_text(TAB.format(key=key, other=other), "utf-8")
    await desk.apply(versions(tmp_path))
    mei = await desk.friend("Mei", "guest", desk.id_of("guest"))
    await mei.taps_menu("もう一方へ")
    assert (await mei.menu() or {})["richMenuId"] == desk.id_of("second")

    text = (tmp_path / "second.yaml").read_text("utf-8").replace("使い方", "つかいかた")
    (tmp_path / "second.yaml").write_text(text, "utf-8")
    before = desk.id_of("second")
    await mei.taps_menu("もう一方へ")
    await desk.apply(versions(tmp_path))
    await mei.taps_menu("もう一方へ")
    assert (await mei.menu() or {})["richMenuId"] == desk.id_of("second") != before
    assert load_all(tmp_path)["guest"].tabs == {"second"}
