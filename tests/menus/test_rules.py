"""Who sees which menu: the order of the rules, their periods, and what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content import ContentError
from bot.definitions.library import Library
from bot.menus import rules
from bot.menus.model import HIDDEN, Hide
from tests.menus.samples import MEMBERS, MENUS, SEGMENTS, VIPS, WOMEN, chooser, rule_set
from tests.segments.samples import NOON, facts

WOMAN = facts(attributes={"sex": "female"})
VIP = facts(attributes={"sex": "female"}, tags=("vip",))
NOBODY = facts()


def test_the_first_rule_that_fits_decides_and_the_default_is_for_everybody_else() -> None:
    choice = chooser({"segment": "vips", "menu": "vip"}, {"when": WOMEN, "menu": "member"}).at(
        NOON
    )
    assert [choice.menu_of(one) for one in (VIP, WOMAN, NOBODY)] == ["vip", "member", "guest"]


def test_a_priority_goes_before_the_order_of_writing() -> None:
    choice = chooser(
        {"when": WOMEN, "menu": "member"}, {"segment": "vips", "menu": "vip", "priority": 10}
    ).at(NOON)
    assert choice.menu_of(VIP) == "vip"


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        ("2026-04-01", "2026-04-01", True),  # a day ends with its last moment
        ("2026-04-02", None, False),
        (None, "2026-03-31", False),
        ("2026-04-01T12:00", None, True),  # noon in Tokyo, as it is now
        ("2026-04-01T12:01", None, False),
        (None, "2026-04-01T12:00", False),  # a time is when it ends
        ("2026-04-01T02:00:00+00:00", None, True),
    ],
)
def test_a_rule_counts_in_its_period(
    since: str, until: str, *, counts: bool, tmp_path: Path
) -> None:
    path = tmp_path / "menus.yaml"
    period = f"from: {since or 'null'}\n    until: {until or 'null'}"
    path.write_text(
        f"rules:\n  - segment: women\n    menu: spring\n    {period}\ndefault: guest\n", "utf-8"
    )
    found = rules.load(path, SEGMENTS, menus=MENUS)
    made = chooser()
    made = type(made)(found, SEGMENTS)
    assert (made.at(NOON).menu_of(WOMAN) == "spring") is counts


def test_a_choice_stays_the_same_until_a_period_begins_or_ends() -> None:
    made = chooser(
        {"when": WOMEN, "menu": "spring", "from": "2026-04-01T18:00:00+09:00"},
        {"segment": "vips", "menu": "vip"},
    )
    evening = datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert made.changes_after(NOON) == evening
    before, after = made.at(NOON).fingerprint, made.at(evening).fingerprint
    assert before != after
    assert made.at(evening + timedelta(hours=3)).fingerprint == after
    assert made.at(NOON).fingerprint == before


def test_midnight_in_tokyo_is_another_choice_only_where_a_rule_asks_for_days() -> None:
    plain = chooser({"when": WOMEN, "menu": "member"})
    aged = chooser({"when": {"field": "age", "op": ">=", "value": 20}, "menu": "member"})
    tomorrow = NOON + timedelta(hours=12)
    assert plain.at(NOON).fingerprint == plain.at(tomorrow).fingerprint
    assert aged.at(NOON).fingerprint != aged.at(tomorrow).fingerprint


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    many = {"field": "attribute.prefecture", "op": "any_of", "value": ["13", "14", "11", "12"]}
    made = chooser({"when": many, "menu": "member"})
    assert made.at(NOON).fingerprint == "271c7463136d8e324e5e4d5811d9ab78"


def test_what_is_hidden_is_shown_to_nobody_and_the_rest_to_those_whose_it_is() -> None:
    made = chooser({"key": "ours", "segment": "vips", "menu": "vip"})
    until = NOON + timedelta(hours=1)
    for hide, seen in (
        (Hide(hide_id=1), [HIDDEN, HIDDEN]),
        (Hide(hide_id=1, menu="vip"), [HIDDEN, "guest"]),
        (Hide(hide_id=1, rule="ours"), [HIDDEN, "guest"]),
        (Hide(hide_id=1, menu="guest"), ["vip", HIDDEN]),
        (Hide(hide_id=1, menu="guest", until=until), ["vip", HIDDEN]),
        (Hide(hide_id=1, menu="guest", until=NOON), ["vip", "guest"]),
    ):
        choice = made.at(NOON, (hide,))
        assert [choice.menu_of(VIP), choice.menu_of(WOMAN)] == seen
    assert made.changes_after(NOON, (Hide(hide_id=1, until=until),)) == until


def test_every_mistake_is_told_with_its_line_and_its_mend(tmp_path: Path) -> None:
    path = tmp_path / "menus.yaml"
    path.write_text(
        """\
rules:
  - segment: womne
    menu: member
  - when: {field: menu, op: is, value: guest}
    menu: vip
  - when: {field: attribute.sexx, op: is, value: female}
    menu: gold
  - menu: member
  - segment: women
    menu: member
    from: 2026-05-01
    until: 2026-04-01
  - segment: women
    menu: member
    untill: 2026-04-01
default: gest
""",
        "utf-8",
    )
    with pytest.raises(ContentError) as caught:
        rules.load(path, SEGMENTS, menus=MENUS)
    said = [(problem.line, problem.message) for problem in caught.value.problems]
    assert [line for line, _ in said] == [2, 4, 6, 7, 8, 9, 15, 16]
    words = dict(said)
    assert "there is no segment womne; there are: women, vips" in words[2]
    assert "asks which menu is shown, and would decide it; ask something else" in words[4]
    assert "there is no field attribute.sexx" in words[6]
    assert "or choose one of guest, member, spring, vip" in words[7]
    assert "write either segment, the name of one, or when" in words[8]
    assert "until is before from; exchange them" in words[9]
    assert "there is no menu gest" in words[16]


def test_rules_without_a_default_are_refused(tmp_path: Path) -> None:
    (tmp_path / "menus.yaml").write_text("rules: []\n", "utf-8")
    with pytest.raises(ContentError, match=r"menus.yaml:1:1: default: Field required; add it"):
        rules.of_content(SEGMENTS, folder=tmp_path)


def test_two_rules_of_one_name_are_refused() -> None:
    one = {"key": "ours", "segment": "vips", "menu": "vip"}
    with pytest.raises(ContentError, match="two rules are called ours"):
        rule_set(one, {**one, "menu": "member"})


def test_rules_say_what_they_read_at_any_time() -> None:
    made = chooser(
        {"when": MEMBERS, "menu": "member", "from": "2030-01-01"}, {"when": VIPS, "menu": "vip"}
    )
    assert {type(source).__name__ for source in made.reads} == {"Member", "Tags"}


def test_the_sample_account_shows_members_their_card() -> None:
    sample = Library().contents.rules
    assert [(rule.menu, sample.number(rule)) for rule in sample.in_order()] == [("member", 1)]
    assert sample.default == "guest"
