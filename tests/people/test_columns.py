"""Columns find their meaning by key, by label, by wish, or they are asked about."""

from pathlib import Path

import pytest

from bot.people.columns import ColumnsError, Plan, Wishes, plan_columns
from bot.people.csv_file import CsvFile
from bot.people.definition import ChoiceAttribute
from bot.people.guessing import ColumnGuess, key_for
from bot.people.vocabulary import Vocabulary


def plan(folder: Path, text: str, **wishes: object) -> Plan:
    path = folder / "customers.csv"
    path.write_text(text, "utf-8")
    asked = Wishes(**{"key": "member_number", **wishes})  # type: ignore[arg-type]
    return plan_columns(CsvFile.open(path), Vocabulary.of_content(), asked)


def problems(folder: Path, text: str, **wishes: object) -> list[str]:
    with pytest.raises(ColumnsError) as caught:
        plan(folder, text, **wishes)
    return list(caught.value.problems)


def test_columns_are_known_by_key_and_by_both_labels(tmp_path: Path) -> None:
    found = plan(tmp_path, "会員番号,生年月日,ＳＥＸ,E-mail,タグ,年齢,enishi_error\n")
    assert found.key.name == "member_number"
    assert [column.attribute.key for column in found.columns] == ["birth_date", "sex", "email"]
    assert found.tags_index == 4
    assert found.ignored == ("年齢",)


def test_a_column_is_given_its_meaning(tmp_path: Path) -> None:
    wishes = {"番号": "member_number", "電話": "phone", "備考": "-"}
    found = plan(tmp_path, "番号,電話,備考\n", mapping=wishes)
    assert [column.attribute.key for column in found.columns] == ["phone"]
    assert found.ignored == ("備考",)


def test_columns_that_mean_nothing_are_all_told_with_their_mends(tmp_path: Path) -> None:
    told = problems(tmp_path, "会員番号,足,靴\n", mapping={"靴": "shoe", "帽子": "hat"})
    assert told[0].startswith("there is no column 帽子")
    assert '--map "足=ATTRIBUTE"' in told[1]
    assert "no attribute shoe" in told[2]
    assert len(told) == 3


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, "会員番号,電話番号,Phone\n")[0].startswith("two columns mean phone")


@pytest.mark.parametrize("key", ["member_number", "email", "nothing"])
def test_a_key_needs_its_column(tmp_path: Path, key: str) -> None:
    assert f"no column holds the key {key}" in problems(tmp_path, "お名前\n花\n", key=key)[0]


def test_a_key_can_be_named_by_its_heading(tmp_path: Path) -> None:
    found = plan(tmp_path, "顧客番号,性別\n10023,女性\n", key="顧客番号", adds_all=True)
    assert (found.key_index, found.columns[0].attribute.kind) == (0, "text")
    assert plan(tmp_path, "会員番号\n1\n", key="会員番号").key.name == "member_number"


def test_only_texts_can_be_keys(tmp_path: Path) -> None:
    for key in ("household", "age", "tags"):
        assert "cannot be a key" in problems(tmp_path, "household\n3\n", key=key)[0]


def test_new_columns_become_attributes_of_the_kind_of_their_values(tmp_path: Path) -> None:
    headings = "会員番号,Last visit,来店回数,DM可,担当,郵便,携帯,連絡先,出身,会員コード"
    rows = [
        "2,2026-03-01,3,はい,花,123-4567,090-1234-5678,a@example.jp,東京都,007",
        "2,,1200,いいえ,太郎,〒1234567,0312345678,b@example.jp,大阪,010",
    ]
    found = plan(tmp_path, "\n".join([headings, *rows]), adds_all=True)
    kinds = {column.heading: column.attribute.kind for column in found.columns}
    assert kinds == {
        "Last visit": "date",
        "来店回数": "number",
        "DM可": "boolean",
        "担当": "text",
        "郵便": "postal_code",
        "携帯": "phone",
        "連絡先": "email",
        "出身": "prefecture",
        "会員コード": "text",
    }
    assert found.added[0].key == "last_visit"
    assert found.added[1].label.ja == "来店回数"


def test_a_column_is_added_with_a_kind_and_a_key_of_choice(tmp_path: Path) -> None:
    text = "会員番号,ランク\n1,ゴールド\n2,シルバー\n3,ゴールド\n"
    found = plan(tmp_path, text, added={"ランク": "choice"}, mapping={"ランク": "rank"})
    (rank,) = found.added
    assert isinstance(rank, ChoiceAttribute)
    assert rank.key == "rank"
    assert [choice.value for choice in rank.choices] == ["ゴールド", "シルバー"]


def test_a_new_key_column_is_a_text_even_if_it_has_digits_only(tmp_path: Path) -> None:
    found = plan(tmp_path, "Customer No\n10023\n", key="customer_no", adds_all=True)
    assert found.key.name == "customer_no"
    assert found.added[0].kind == "text"


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"added": {"足": "shoe"}}, "cannot be of kind shoe"),
        ({"added": {"足": "choice"}, "mapping": {"足": "Foot"}}, "Foot is no key"),
        ({"added": {"足": "text"}, "mapping": {"足": "age"}}, "no column holds"),
    ],
)
def test_a_column_that_cannot_be_added_is_told(
    tmp_path: Path, wishes: dict[str, object], told: str
) -> None:
    text = "お名前,足\n花,左\n" if "no column" in told else "会員番号,足\n1,左\n"
    assert told in problems(tmp_path, text, **wishes)[0]


def test_the_key_of_a_heading_stays_the_same() -> None:
    assert key_for("Last visit") == "last_visit"
    assert key_for("会員ランク") == key_for(" 会員ランク ") != key_for("会員ﾗﾝｸ2")
    assert key_for("age").startswith("column_")
    assert key_for("2nd visit").startswith("column_")


def test_a_column_without_values_is_a_text() -> None:
    assert ColumnGuess("空").attribute("empty").kind == "text"
