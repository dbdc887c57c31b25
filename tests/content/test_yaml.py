"""Files that are no YAML, or too much of it, or that YAML reads otherwise than they were meant."""

import re
from pathlib import Path

import pytest

from bot.content import ContentError
from bot.content.yaml_source import Source
from bot.surveys import definition

ODD = """\
key: [odd]
version: 12345678901
title: no
on: 1
done: {title: 2026-02-30, text: "ありがとう\\0"}
questions:
  - {key: [a], kind: text, label: あ, text: い}
  - {key: b, kind: date, label: あ, text: い, button: う, initial: 2026-02-30,
     earliest: 2026-01-01, latest: '2026-12-31'}
"""


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 5_000, "{a: " * 60], ids=["flow", "block", "map"]
)
def test_a_text_too_deep_to_be_composed_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="too deep or too large"):
        Source(text, name="deep.yaml")


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(ContentError, match="over 1,000,000 characters; is it the right file"):
        Source("a: 1\n" + "# x\n" * 2_500_000, name="log.yaml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: [\x07]\n", "x.yaml:2:5: holds the invisible character U+0007; delete it"),
        ("a:\n\tb: 1\n", "x.yaml:2:1: not YAML: a tab indents this line; put spaces there"),
        ("a: !!python/object/apply:os.getcwd []\n", "x.yaml:1:4: not YAML: could not determine"),
        ("a: *b\n", "x.yaml:1:4: not YAML: found undefined alias"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        Source(text, name="x.yaml")
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("at_least: 3", "at_least: .inf", "Input should be a finite number (found: .inf); write"),
        ("version: 1", f"version: {10**20}", "less than or equal to 1000000 .*; lower it"),
        ("kind: number", "kind: text", "a is no number; ask it with is, any_of or none_of"),
        ("at_least: 3", "any_of: []", "no answer is named"),
        ("year", "P1M", "(found: P1M); write days or weeks such as P30D or P2W, month or year"),
        ("terms_version: '1'", "terms_version: '1/2'", "use letters, digits, dots and dashes"),
        ("https://", "http://", "begins with https://, without spaces"),
    ],
)
def test_what_is_of_another_form_is_told_with_the_mend_of_that_form(
    old: str, new: str, told: str
) -> None:
    text = (
        "key: s\nversion: 1\ntitle: あ\ndone: {title: あ, text: い}\nrepeat: {once_per: year}\n"
        "questions:\n  - {key: a, kind: number, label: あ, text: い}\n"
        "  - {key: b, kind: text, label: あ, text: い, when: {question: a, at_least: 3}}\n"
        "  - {key: c, kind: consent, label: あ, text: い, terms: う, terms_version: '1'}\n"
        "  - {key: d, kind: choice, label: あ, text: い, show: carousel,\n"
        "     choices: [{value: a, label: あ, image: 'https://a.example'},\n"
        "     {value: b, label: い, image: 'https://b.example'}]}\n"
    )
    definition.parse(Source(text, name="s.yaml"))
    with pytest.raises(ContentError, match=re.escape(told).replace(r"\.\*", ".*")) as caught:
        definition.parse(Source(text.replace(old, new, 1), name="s.yaml"))
    assert len(caught.value.problems) == 1


def test_words_that_yaml_takes_for_something_else_are_told_beside_all_others(
    tmp_path: Path,
) -> None:
    (tmp_path / "odd.yaml").write_text(ODD, "utf-8")
    with pytest.raises(ContentError) as caught:
        definition.load(tmp_path / "odd.yaml")
    told = [f"{each.line} {each.field}: {each.message}" for each in caught.value.problems]
    day = "write a date of the calendar such as 1990-04-01, without quotes"
    text = "Input should be a valid string"
    assert told == [
        f"1 key: {text}; put it in quotes",
        "2 version: Input should be less than or equal to 1000000 (found: 12345678901); lower it",
        f"3 title: {text} (found: no); put it in quotes",
        "4 on: Extra inputs are not permitted (found: 1); remove it, or check its spelling",
        "5 done.text: holds the invisible character U+0000; delete it (found: ありがとう\0)",
        f"7 questions.0.key: {text}; put it in quotes",
        f"8 questions.1.initial: Input should be a valid date (found: 2026-02-30); {day}",
        f"9 questions.1.latest: Input should be a valid date (found: 2026-12-31); {day}",
    ]
