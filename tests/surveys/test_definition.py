"""Survey files: what is read, and how mistakes are told."""

from pathlib import Path

import pytest

from bot.content import ContentError
from bot.surveys import definition
from bot.surveys.definition import ChoiceQuestion, DateQuestion

BROKEN = """\
key: Welcome
version: 1
title: no
done:
  title: Thanks
  txt: A card for you
questions:
  - key: tea
    kind: choice
    label: Tea
    text: Which tea?
    choices:
      - {value: green, label: 123456789012345678901}
      - {value: green, label: Black, label: Red}
  - key: birthday
    kind: date
    label: Birthday
    text: When?
    button: Choose
    initial: 1990-01-01
    earliest: "1910-01-01"
    latest: 2200-01-01
  - kind: essay
"""


def problems(folder: Path, text: str) -> list[str]:
    """Read a survey that is wrong, and return what is said of it, the folder left out."""
    path = folder / "tea.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ContentError) as caught:
        definition.load(path)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_every_mistake_is_told_at_once_with_its_place_and_mend(tmp_path: Path) -> None:
    told = problems(tmp_path, BROKEN)
    places = [" ".join(line.split(":", 4)[i].strip() for i in (1, 2, 3)) for line in told]
    assert places == [
        "1 6 key",
        "3 8 title",
        "5 3 done.text",
        "6 8 done.txt",
        "13 31 questions.0.choices.0.label",
        "14 38 questions.0.choices.1.label",
        "21 15 questions.1.earliest",
        "22 13 questions.1.latest",
        "23 5 questions.2",
    ]
    assert told[1].endswith("(found: no); put it in quotes")
    assert told[3].endswith("remove it, or check its spelling")
    assert told[5].endswith("written twice; keep one")


TEN = """\
key: cafe
version: 0
title: とても長い長いアンケートの題名です
repeat: sometimes
nudge: {after_minutes: 60, quiet: {from: "25:00"}}
done: {title: T, text: T}
questions:
  - {key: bread, kind: choices, label: B, text: B, least: 3, most: 2,
     choices: [{value: a, label: A}, {value: b, label: B}]}
  - {key: bread, kind: text, label: T, text: T, pattern: "[", pattern_help: H}
  - {key: many, kind: number, label: N, text: N, minimum: 9, maximum: 1}
  - {key: deep, kind: text, label: D, text: D, when: {question: bread, is: c}}
  - {key: news, kind: consent, label: C, text: C, terms: T}
on_done:
  - {do: dance}
"""


def test_ten_different_mistakes_are_ten_lines_each_with_its_place_and_mend(
    tmp_path: Path,
) -> None:
    told = [line.split(":", 3)[1:] for line in problems(tmp_path, TEN)]
    assert [f"{line} {said.strip()}" for line, _, said in told] == TOLD


TOLD = [
    "2 version: Input should be greater than or equal to 1 (found: 0); raise it",
    "3 title: 17 characters where 16 fit; shorten it (found: とても長い長いアンケートの題名です)",
    "4 repeat: not known; write once, always, or {once_per: month} (found: sometimes)",
    "5 nudge.quiet.from: not a time of day; write it like 09:30 (found: 25:00)",
    "8 questions.0: least 3 and most 2 of 2 choices; bring them into this order",
    "10 questions.1.key: the same key twice: bread; make each its own (found: bread)",
    (
        "10 questions.1.pattern: not a regular expression: unterminated character set at "
        "position 1; mend it (found: [)"
    ),
    "11 questions.2: minimum must be below maximum; swap them",
    "12 questions.3.when.is: c is no answer of bread; name one of a, b (found: c)",
    "13 questions.4.terms_version: Field required; add it",
    (
        "15 on_done.0: Input tag 'dance' found using 'do' does not match any of the expected "
        "tags: 'set_attribute', 'add_tag', 'remove_tag', 'issue_coupon', 'switch_menu', "
        "'start_conversation', 'send', 'join'; choose one of them"
    ),
]
CROSSED = """\
key: cafe
version: 1
title: T
done: {title: T, text: T}
questions:
  - {key: one, kind: text, label: A, text: A, when: {question: two, answered: true}}
  - {key: two, kind: text, label: B, text: B, when: {question: three, is: x}}
  - {key: three, kind: text, label: C, text: C, when: {question: one}}
on_done: [{do: send, text: a}, {do: send, text: b}, {do: send, text: c}, {do: send, text: d},
          {do: send, text: e}]
"""


def test_what_contradicts_itself_is_told_where_it_stands(tmp_path: Path) -> None:
    first, second, third, fourth = problems(tmp_path, CROSSED)
    assert first.endswith(
        "6:53: questions.0.when: the first question is always asked; remove when"
    )
    assert "7:64: questions.1.when.question: three is not asked before; name an " in second
    assert "8:55: questions.2.when: nothing is asked of the answer; add is, any_of" in third
    assert fourth.endswith("9:10: on_done: 5 messages where 4 fit beside the thanks; say less")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("key: [welcome", "not YAML"),
        ("welcome", "write names and values there"),
    ],
)
def test_a_file_that_is_no_survey_at_all_is_told_kindly(
    tmp_path: Path, text: str, said: str
) -> None:
    (line,) = problems(tmp_path, text)
    assert line.startswith("tea.yaml:")
    assert said in line


def test_values_labels_keys_and_attributes_are_told_apart(tmp_path: Path) -> None:
    question = """
  - key: tea
    kind: choice
    label: Tea
    text: Which?
    attribute: tea
    choices: [{value: a, label: A}, {value: a, label: B}]"""
    head = "key: tea\nversion: 1\ntitle: T\ndone: {title: T, text: T}\nquestions:"
    (value,) = problems(tmp_path, head + question)
    assert "the same value twice: a; make each its own" in value
    two = head + 2 * question.replace("{value: a, label: B}", "{value: b, label: B}")
    key, attribute = problems(tmp_path, two)
    assert "tea.yaml:12:10: questions.1.key: the same key twice: tea" in key
    assert "tea.yaml:16:16: questions.1.attribute: the same attribute twice: tea" in attribute
    (attribute,) = problems(tmp_path, two.replace("key: tea\n    kind", "key: cup\n    kind", 1))
    assert "the same attribute twice: tea" in attribute


def test_a_range_must_run_forwards(tmp_path: Path) -> None:
    text = """\
key: tea
version: 1
title: T
done: {title: T, text: T}
questions:
  - {key: day, kind: date, label: D, text: D, button: D,
     initial: 1990-01-01, earliest: 1991-01-01, latest: 1992-01-01}
"""
    (line,) = problems(tmp_path, text)
    assert "tea.yaml:6:5: questions.0: earliest, initial and latest must follow each other" in line


def test_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    folder = tmp_path / "surveys"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text("key: tea", "utf-8")
    with pytest.raises(ContentError) as caught:
        definition.load_all(tmp_path)
    assert {Path(problem.file).name for problem in caught.value.problems} == {"a.yaml", "b.yaml"}


def test_the_sample_survey_asks_three_questions_and_learns_a_birthday() -> None:
    welcome = definition.load_all()["welcome"]
    kinds = [type(question) for question in welcome.questions]
    assert kinds == [ChoiceQuestion, ChoiceQuestion, DateQuestion]
    learnt = welcome.attributes({"birthday": "1990-05-12", "found_us": "web"})
    assert learnt == {"found_us": "web", "birth_date": "1990-05-12"}
