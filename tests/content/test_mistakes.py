"""Whoever makes ten mistakes is told of ten, each with its line and mend, and of no other."""

from pathlib import Path

import pytest

from bot.content import ContentError, folder
from bot.content.model import Kind
from bot.content.yaml_source import Source
from bot.coupons import stamp_rules
from bot.definitions.building import build
from bot.membership import ranks, settings
from tests.content.support import Desk


def mistakes(path: Path) -> list[str]:
    reading = folder.read(path)
    menus = [each for each in folder.sample().documents if each.kind is Kind.RICH_MENU]
    if Kind.RICH_MENU in reading.kinds:
        menus = []
    built = build([*reading.documents, *menus], unread=reading.unread)
    problems = [*reading.problems, *built.problems]
    return [f"{Path(each.file).name}:{each.line}: {each.message}" for each in problems]


def test_ten_mistakes_in_six_files_are_ten_problems(desk: Desk) -> None:
    desk.edit("attributes.yaml", "key: name, kind: text", "key: name, kind: word")  # 1
    desk.edit("attributes.yaml", "minimum: 1", "minimum: one")  # 2
    desk.edit("attributes.yaml", "key: phone, kind", "key: age, kind")  # 3
    desk.edit("tags.yaml", "ja: 催し参加", "ja: 常連さん")  # 4
    desk.edit("surveys/welcome.yaml", "attribute: visit_time", "attribute: visit_day")  # 5
    desk.edit("surveys/welcome.yaml", "version: 1", "version: 0")  # 6
    desk.edit("segments/women_in_their_thirties.yaml", "[30, 39]", "[39, 30]")  # 7
    desk.edit(
        "segments/morning_bread.yaml", "favourites, op: any_of", "favourite, op: any_of"
    )  # 8
    desk.edit("menus.yaml", "menu: member", "menu: members")  # 9
    desk.edit("menus.yaml", "default: guest", "default: ゲスト")  # 10
    desk.write("segments/named.yaml", "key: n\nname: 名\nrule: {field: attribute.name, op: set}\n")
    found = mistakes(desk.folder)
    assert [problem.partition(": ")[0] for problem in found] == [
        "attributes.yaml:6",
        "attributes.yaml:33",
        "attributes.yaml:68",
        "tags.yaml:6",
        "welcome.yaml:4",
        "welcome.yaml:26",
        "morning_bread.yaml:9",
        "women_in_their_thirties.yaml:7",
        "menus.yaml:4",
        "menus.yaml:5",
    ]
    assert all("; " in problem for problem in found)
    assert "age is taken for something else; choose another key" in found[1]
    assert "one such as attribute.favourites" in found[6]
    refused = desk.plan()
    assert isinstance(refused.exception, ContentError)
    assert len(str(refused.exception).splitlines()) == len(found)


def test_ten_mistakes_about_members_are_ten_problems(desk: Desk) -> None:
    desk.write(
        "membership.yaml",
        """number: {prefix: "30", barcode: ean8}
cards:
  - {name: 前のカード, digits: 10, starts: "７７"}
  - {name: 別のカード, digits: 8, starts: "12345678"}
""",
    )
    desk.write(
        "ranks.yaml",
        """basis: visits
months: 12
ranks:
  - {key: regular, name: レギュラー, from: 100}
  - {key: silver, name: シルバー, from: 100, times: 0.5}
""",
    )
    desk.write(
        "stamps.yaml",
        """key: card
name: スタンプカード
size: 10
bonuses:
  - {at: 11, points: 50}
  - {at: 5, points: 50, coupon: full_card}
""",
    )
    found: list[str] = []
    for load in (settings.load, ranks.load, stamp_rules.load):
        with pytest.raises(ContentError) as caught:
            load(desk.folder)
        found += [f"{Path(p.file).name}:{p.line}: {p.message}" for p in caught.value.problems]
    assert [problem.partition(": ")[0] for problem in found] == [
        "membership.yaml:1",
        "membership.yaml:1",
        "membership.yaml:3",
        "membership.yaml:4",
        "ranks.yaml:1",
        "ranks.yaml:4",
        "ranks.yaml:5",
        "ranks.yaml:5",
        "stamps.yaml:5",
        "stamps.yaml:6",
    ]
    assert all("; " in problem for problem in found), found


def test_a_bonus_that_gives_an_unknown_coupon_is_told_with_its_line() -> None:
    with pytest.raises(ContentError) as caught:
        stamp_rules.load(campaigns={"welcome_drink"})
    [problem] = caught.value.problems
    assert (problem.field, problem.line) == ("bonuses.1.coupon", 10)
    assert stamp_rules.load(campaigns={"full_card"}).size == 10


def test_a_coupon_that_nobody_defined_is_told_before_anything_is_written(desk: Desk) -> None:
    gift = "on_done: [{do: issue_coupon, campaign: feast}]\nquestions:\n"
    desk.edit("surveys/welcome.yaml", "questions:\n", gift)
    refused = desk.plan()
    assert "there is no coupon campaign feast" in str(refused.exception)
    assert "welcome_drink" in str(refused.exception)


def test_what_names_a_broken_definition_is_not_blamed(desk: Desk) -> None:
    desk.edit("attributes.yaml", "key: sex\n    kind: choice", "key: sex\n    kind: choices")
    [only] = mistakes(desk.folder)
    assert only.startswith("attributes.yaml:")


def test_a_file_that_is_no_yaml_is_the_only_one_blamed(desk: Desk) -> None:
    desk.write("attributes.yaml", "attributes: [\n")
    desk.write("segments/morning_bread.yaml", "\tkey: x\n")
    found = mistakes(desk.folder)
    assert sorted(each.partition(":")[0] for each in found) == [
        "attributes.yaml",
        "morning_bread.yaml",
    ]


def test_two_files_of_one_key_name_each_other(desk: Desk) -> None:
    text = (desk.folder / "segments/morning_bread.yaml").read_text("utf-8")
    desk.write("segments/noon_bread.yaml", text)
    [only] = mistakes(desk.folder)
    assert only.startswith("noon_bread.yaml:2: morning_bread is defined in ")
    assert "morning_bread.yaml:2" in only


def test_a_list_that_is_none_is_told(desk: Desk) -> None:
    desk.write("tags.yaml", "tag: []\n")
    assert "tags.yaml:1: write tags: and a list below it" in mistakes(desk.folder)


def test_what_stands_beside_a_list_is_told(desk: Desk) -> None:
    desk.add("tags.yaml", "colours: []\n")
    assert [each for each in mistakes(desk.folder) if "only tags stands here" in each]


def test_a_file_in_another_encoding_is_told(desk: Desk) -> None:
    (desk.folder / "tags.yaml").write_bytes("tags: [] # タグ".encode("cp932"))
    assert "tags.yaml:1: not UTF-8; save it again in that encoding" in mistakes(desk.folder)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
            for before, name in zip("abcdef", "bcdefg", strict=True)
        ),
        "a: &a [*a]\n",
        "[" * 60 + "]" * 60,
    ],
)
def test_a_text_that_grows_without_end_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="too deep or too large"):
        Source(text, name="bomb.yaml")


def test_a_union_s_tag_that_is_called_like_a_field_points_at_the_right_line() -> None:
    from bot.surveys.definition import Survey

    text = (
        "key: s\nversion: 1\ntitle: t\ndone: {title: t, text: t}\n"
        "questions:\n  - key: q\n    kind: text\n    text: いかがでしたか\n"
    )
    with pytest.raises(ContentError) as caught:
        Source(text, name="s.yaml").parse(Survey)
    [problem] = caught.value.problems
    assert (problem.field, problem.line) == ("questions.0.label", 6)


def test_kinds_come_in_the_order_in_which_they_name_each_other() -> None:
    assert list(Kind) == ["attribute", "tag", "survey", "segment", "richmenu", "menus"]


def test_a_menu_that_an_action_names_must_be_there(desk: Desk) -> None:
    action = "on_done:\n  - {do: switch_menu, menu: gold}\nquestions:"
    desk.edit("surveys/welcome.yaml", "questions:", action)
    (found,) = mistakes(desk.folder)
    assert "there is no rich menu gold; define it in richmenus/gold.yaml" in found
    assert found.endswith("or name one of: guest, member")
