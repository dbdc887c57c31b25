"""Whatever a survey may say, and whatever is answered, makes a bubble that LINE takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from bot import content
from bot.content.yaml_source import ContentError, Source
from bot.line.check import check
from bot.surveys.asking import ask, done
from bot.surveys.crosscheck import MOST_QUESTIONS
from bot.surveys.definition import Survey, parse
from bot.surveys.engine import Progress, State
from bot.surveys.service import Step

ACCOUNT = content.account()
LINES, CAPTION, LABEL = "𠮷" * 250, "𠮷" * 20, "👨‍👩‍👧‍👦" * 20
KEY = "k" * 32


def survey(*questions: dict[str, Any]) -> Survey:
    """The longest that an author may write around questions."""
    done = {"title": "あ" * 16, "text": LINES}
    more = {"review": True, "editable": True, "questions": questions}
    values = {"key": KEY, "version": 1, "title": "あ" * 16, "done": done, **more}
    return Survey.model_validate(values, strict=False)


def question(number: int, **more: Any) -> dict[str, Any]:
    said = {"label": CAPTION, "text": LINES, "note": LINES, "help": LINES}
    return {"key": f"{'q' * 30}{number:02}", "kind": "text", "longest": 2_000} | said | more


def at(
    asked: Survey,
    state: State,
    answers: Mapping[str, str] = MappingProxyType({}),
    *,
    picked: frozenset[str] = frozenset(),
) -> Step:
    question = asked.questions[0].key if state is State.ASKING else None
    progress = Progress(
        survey=KEY, version=1, state=state, question=question, answers=answers, picked=picked
    )
    return Step(asked, progress)


@pytest.mark.parametrize("answer", ["あ" * 2_000, '"\n' * 1_000, "𠮷" * 2_000, "は"])
@pytest.mark.parametrize("count", [1, 8, MOST_QUESTIONS])
def test_a_summary_of_many_long_answers_is_one_bubble(count: int, answer: str) -> None:
    asked = survey(*map(question, range(count)))
    answers = {each.key: answer for each in asked.questions}
    check([ask(ACCOUNT, at(asked, State.REVIEWING, answers))])
    check([done(ACCOUNT, at(asked, State.DONE, answers))])


CHOICES = tuple({"value": f"{'v' * 31}{n}", "label": f"{n}{LABEL[:133]}"} for n in range(10))
PICTURES = tuple({**each, "image": f"https://shop.example/{'a' * 1_800}"} for each in CHOICES)


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "choice", "choices": CHOICES},
        {"kind": "choices", "choices": CHOICES, "optional": True, "skip": LABEL},
        {"kind": "choice", "choices": PICTURES, "show": "carousel"},
        {"kind": "consent", "terms": "あ" * 1_500, "terms_version": "1"},
        {"kind": "text", "pattern": ".*", "pattern_help": LINES},
    ],
    ids=["choice", "choices", "carousel", "consent", "text"],
)
def test_a_question_with_the_longest_words_is_one_bubble(more: dict[str, Any]) -> None:
    values = question(0) | more
    if more["kind"] != "text":
        del values["longest"]
    asked = survey(values)
    picked = frozenset(each["value"] for each in more.get("choices", ()))
    check([ask(ACCOUNT, at(asked, State.ASKING))])
    if more["kind"] == "choices":
        check([ask(ACCOUNT, at(asked, State.ASKING, picked=picked))])


def test_a_label_is_cut_between_two_signs_that_a_reader_sees() -> None:
    choices = tuple({"value": value, "label": f"{value}{LABEL[:133]}"} for value in "ab")
    values = question(0) | {"kind": "choices", "choices": choices}
    del values["longest"]
    shown = ask(ACCOUNT, at(survey(values), State.ASKING))["quickReply"]["items"]
    assert shown[0]["action"]["label"] == f"☐ a{LABEL[: 17 * 7]}"


def test_words_that_fit_nowhere_are_told_when_the_file_is_read() -> None:
    asked = "".join(f"  - {{key: q{n}, kind: text, label: あ, text: い}}\n" for n in range(29))
    text = (
        "key: long\nversion: 1\ntitle: 長い\n"
        f"done: {{title: あ, text: {'あ' * 501}}}\n"
        "on_done:\n"
        f"  - {{do: send, text: {'あ' * 5_001}}}\n"
        "questions:\n"
        f"  - {{key: a, kind: text, label: {'あ' * 41}, text: い}}\n"
        f"  - {{key: b, kind: text, label: あ, text: {'𠮷' * 251}}}\n"
        "  - {key: c, kind: choice, label: あ, text: い, choices: [{value: a, label: はい },\n"
        "     {value: b, label: ハイ}, {value: c, label: ﾊｲ}]}\n"
    )
    with pytest.raises(ContentError) as caught:
        parse(Source(text + asked, name="long.yaml"))
    told = [
        f"{each.line} {each.message.partition(' (found')[0]}" for each in caught.value.problems
    ]
    assert told == [
        "4 501 characters where 500 fit; shorten it",
        "6 5001 characters where 5000 fit; shorten it",
        "8 32 questions where 30 fit in a summary; ask less, or write a second survey",
        "8 41 characters where 40 fit; shorten it",
        "9 502 characters where 500 fit; shorten it",
        "10 the same label twice: ハイ; make each its own",
    ]
