"""Buttons: what is sent comes back, whatever it holds, or is refused before it is sent."""

from dataclasses import fields
from typing import get_type_hints

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.postbacks import (
    MAX_UNITS,
    AnswerSurvey,
    BackSurvey,
    ChangeSurvey,
    DecideSurvey,
    FinishSurvey,
    LaterSurvey,
    PickSurvey,
    PostbackData,
    PostbackError,
    ShowCard,
    ShowHelp,
    SkipSurvey,
    StartSurvey,
    StopSurvey,
    parse,
)

KINDS: list[type[PostbackData]] = [
    StartSurvey,
    AnswerSurvey,
    BackSurvey,
    LaterSurvey,
    SkipSurvey,
    PickSurvey,
    DecideSurvey,
    StopSurvey,
    ChangeSurvey,
    FinishSurvey,
    ShowCard,
    ShowHelp,
]
VALUES = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    int: st.integers(min_value=0, max_value=10**9),
}


@st.composite
def payloads(draw: st.DrawFn) -> PostbackData:
    kind = draw(st.sampled_from(KINDS))
    types = get_type_hints(kind)
    return kind(**{field.name: draw(VALUES[types[field.name]]) for field in fields(kind)})


@given(payloads())
def test_what_is_sent_comes_back(payload: PostbackData) -> None:
    try:
        data = payload.encode()
    except PostbackError:
        return
    assert len(data.encode("utf-16-le")) // 2 <= MAX_UNITS
    action, values = parse(data)
    assert action == payload.action
    assert type(payload).decode(values) == payload


def test_three_hundred_units_are_the_limit() -> None:
    room = MAX_UNITS - len(StartSurvey("").encode())
    assert len(StartSurvey("a" * room).encode()) == MAX_UNITS
    for survey in ("a" * (room + 1), "あ" * (room // 9 + 1), "\U0001f363" * (room // 12 + 1)):
        with pytest.raises(PostbackError, match="LINE takes 300"):
            StartSurvey(survey).encode()


@given(st.text())
def test_any_data_can_be_read(data: str) -> None:
    action, values = parse(data)
    for kind in KINDS:
        if kind.action == action:
            try:
                kind.decode(values)
            except PostbackError:
                return


def test_actions_are_all_different() -> None:
    assert len({kind.action for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    "data",
    [
        "action=survey.answer&survey=w&version=x&question=q&value=v",
        "action=survey.answer&survey=w&version=1&question=q",
        "action=survey.answer&survey=w&version=1&question=q&value=v&more=1",
    ],
)
def test_a_payload_of_another_time_is_told_apart(data: str) -> None:
    _, values = parse(data)
    with pytest.raises(PostbackError, match=r"survey\.answer"):
        AnswerSurvey.decode(values)
