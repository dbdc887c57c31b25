"""The account's attributes: what the file says, and how mistakes in it are told."""

from pathlib import Path

import pytest

from bot import content
from bot.content import ContentError
from bot.people import definition
from bot.people.derived import BIRTH_DATE, DERIVED
from bot.surveys import definition as surveys
from bot.surveys.definition import ChoiceQuestion, DateQuestion

BROKEN = """\
attributes:
  - {key: Name, kind: text, label: {ja: お名前, en: Name}}
  - {key: tea, kind: choice, label: {ja: お茶}, choices: []}
  - {key: visits, kind: count, label: {ja: 回数, en: Visits}}
  - {key: born, kind: date, label: {ja: 誕生, en: Born}, earliest: 2020-01-01, latest: 1990-01-01}
"""


def test_the_sample_account_knows_what_its_surveys_ask() -> None:
    known = definition.load()
    questions = [q for survey in surveys.load_all().values() for q in survey.questions]
    asked = [question for question in questions if question.attribute is not None]
    assert len(asked) > 5
    for question in asked:
        assert question.attribute is not None
        attribute = known[question.attribute]
        if isinstance(question, ChoiceQuestion):
            for choice in question.choices:
                attribute.check(choice.value)
                assert attribute.show(choice.value, "ja") == choice.label
        elif isinstance(question, DateQuestion):
            attribute.check(question.earliest.isoformat())
            attribute.check(question.latest.isoformat())


def test_ages_are_counted_from_an_attribute_that_is_a_date() -> None:
    assert definition.load()[BIRTH_DATE].kind == "date"


def test_the_keys_of_derived_attributes_are_taken() -> None:
    assert DERIVED.keys() <= definition.RESERVED


def test_every_mistake_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "attributes.yaml").write_text(BROKEN, "utf-8")
    with pytest.raises(ContentError) as caught:
        definition.load(tmp_path)
    lines = str(caught.value).replace(f"{tmp_path}/", "").splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "attributes.yaml:2:11",
        "attributes.yaml:3:37",
        "attributes.yaml:3:56",
        "attributes.yaml:4:5",
        "attributes.yaml:5:5",
    ]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (("tea", "tea"), "the same key twice: tea"),
        (("age",), "taken"),
        (("birth_date",), "must be of kind date, which ages are counted from"),
    ],
)
def test_keys_are_told_apart(tmp_path: Path, keys: tuple[str, ...], told: str) -> None:
    lines = [f"  - {{key: {key}, kind: text, label: {{ja: 茶, en: Tea}}}}" for key in keys]
    (tmp_path / "attributes.yaml").write_text("\n".join(["attributes:", *lines]), "utf-8")
    with pytest.raises(ContentError, match=told):
        definition.load(tmp_path)


def test_a_range_runs_forwards_and_to_an_end(tmp_path: Path) -> None:
    for bounds in ("minimum: 5, maximum: 1", "minimum: .nan"):
        line = f"{{key: tea, kind: number, label: {{ja: 茶, en: Tea}}, {bounds}}}"
        (tmp_path / "attributes.yaml").write_text(f"attributes: [{line}]", "utf-8")
        with pytest.raises(ContentError, match=r"swap them|write it in digits"):
            definition.load(tmp_path)


def test_a_stored_definition_wins_over_the_file() -> None:
    known = definition.load(content.FOLDER)
    renamed = known["name"].model_copy(update={"label": definition.Bilingual.same("氏名")})
    merged = known.with_more([renamed])
    assert list(merged) == list(known)
    assert merged["name"].label.ja == "氏名"


def test_a_definition_survives_its_storage() -> None:
    for attribute in definition.load().values():
        body = definition.ATTRIBUTE.dump_json(attribute)
        assert definition.ATTRIBUTE.validate_json(body) == attribute


def test_an_attribute_that_nobody_defined_is_named_with_its_mend() -> None:
    with pytest.raises(definition.UnknownAttributeError, match=r"shoe_size.*attributes\.yaml"):
        definition.load()["shoe_size"]
