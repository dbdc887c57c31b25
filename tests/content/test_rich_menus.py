"""Rich menus are definitions of the account like all others."""

import shutil
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from bot.cli.richmenus import publish_menus
from bot.content import RICH_MENUS, ContentError
from bot.content.yaml_source import Source
from bot.definitions.library import Library
from bot.resources import SETTINGS
from bot.segments.model import Segment
from bot.segments.words import say
from tests.content.support import Desk
from tests.content.test_living import bring
from tests.menus.support import keep, menus_of
from tests.support import Shop

SPRING = """\
# For the weeks of spring.
key: spring
bar_text: 春のメニュー
size: small
layout: 1+1
areas:
  - {label: 会員証, action: card}  # the first thing
  - {label: 会員メニュー, action: {tab: guest}}
"""
SWITCH = "{do: switch_menu, menu: gold}"
GUEST = """\
key: guest
bar_text: メニュー
size: small
layout: 1+1
areas:
  - {label: 春のメニュー, action: {tab: spring}}
  - {label: アンケートに答える, action: {survey: welcome}}
"""


@pytest.fixture
def with_menus(desk: Desk) -> Desk:
    (desk.folder / "richmenus").mkdir()
    desk.write("richmenus/spring.yaml", SPRING)
    desk.write("richmenus/guest.yaml", GUEST)
    return desk


def test_menus_are_added_changed_kept_and_removed_like_all_else(with_menus: Desk) -> None:
    desk = with_menus
    said = desk.apply().output
    assert "+ richmenu spring" in said
    assert '    size: "large" -> "small"' in said
    assert "! richmenu member: not in the files, and stays; --prune removes it" in said
    assert "LINE shows rich menus as before: enishi richmenus apply" in said
    again = desk.apply().output
    assert "The account is as the files say." in again
    assert "LINE shows" not in again
    files = desk.export()
    assert files["richmenus/spring.yaml"] == SPRING
    desk.edit("richmenus/spring.yaml", "会員証,", "カード,")
    said = desk.plan().output
    assert "~ richmenu spring" in said
    assert '    areas[カード]: + {"label": "カード", "action": "card"}' in said
    refused = desk.plan("--prune").exception
    assert "menus.yaml:4:11: rules.0.menu: there is no menu member" in str(refused)


def test_every_mistake_of_a_menu_is_told_with_its_line_and_mend(with_menus: Desk) -> None:
    desk = with_menus
    desk.write("richmenus/member.yaml", "key: members\nbar_text: 会員\nareas: []\n")
    desk.edit("richmenus/spring.yaml", "tab: guest", "tab: guests")
    desk.edit("richmenus/guest.yaml", "survey: welcome", "survey: welcomes")
    desk.edit("richmenus/guest.yaml", "tab: spring", "date: birthday")
    desk.edit("menus.yaml", "default: guest", "default: guesd")
    desk.edit("surveys/welcome.yaml", "questions:", f"on_done: [{SWITCH}]\nquestions:")
    summer = SPRING.replace("key: spring", "key: summer") + "image: ../a.png\n"
    desk.write("richmenus/summer.yaml", summer)
    desk.write("richmenus/autumn.yaml", GUEST.replace("key: guest", "key: autum"))
    refused = desk.plan().exception
    assert isinstance(refused, ContentError)
    told = [
        f"{Path(each.file).name}:{each.line}: {each.message.partition('; ')[0]}"
        for each in refused.problems
    ]
    assert told == [
        "menus.yaml:5: there is no menu guesd",
        "autumn.yaml:1: is autum in richmenus/autumn.yaml",
        "guest.yaml:6: there is no attribute birthday",
        "guest.yaml:7: there is no survey welcomes",
        "member.yaml:1: Field required",
        "member.yaml:3: 0 areas",
        "spring.yaml:8: there is no menu guests",
        "summer.yaml:9: no plain path within this folder",
        "welcome.yaml:10: there is no rich menu gold",
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_looks_at_a_tab_that_is_removed_sees_their_menu_again(
    shop: Shop, with_menus: Desk
) -> None:
    desk, mei = with_menus, await shop.friend("Mei")
    await bring(shop, desk.folder)
    await shop.advance(1)  # LINE counts lists by the second
    await publish_menus(shop.app[SETTINGS], clock=shop.line.clock.now)
    await mei.taps_menu("春のメニュー")
    await shop.settle()
    assert await menus_of(mei) == ["spring"]
    (desk.folder / "richmenus/spring.yaml").unlink()
    desk.edit("richmenus/guest.yaml", "{tab: spring}", "help")
    shutil.copy(RICH_MENUS / "member.yaml", desk.folder / "richmenus")
    await bring(shop, desk.folder, prune=True)
    await keep(shop)
    await shop.settle()
    assert await menus_of(mei) == ["guest"]
    assert await shop.sql("SELECT menu, menu_tab FROM friends") == [("guest", None)]


def test_a_segment_may_ask_for_any_menu_and_says_its_title(with_menus: Desk) -> None:
    desk = with_menus
    asked = "key: s\nname: 名\nrule: {field: menu, op: is, value: spring}\n"
    desk.write("segments/spring.yaml", asked)
    assert desk.apply().exit_code == 0  # no rule shows it: an action may
    catalogue = Library().contents.segments.catalogue
    source = Source(asked.replace("spring", "member"), name="s.yaml")
    segment = source.parse(TypeAdapter(Segment), catalogue=catalogue)
    assert say(segment.rule, catalogue, "ja") == "リッチメニューが「会員用」"
