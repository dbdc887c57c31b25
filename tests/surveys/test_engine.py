"""The survey's state machine, one rule at a time."""

import pytest

from bot.surveys import engine
from bot.surveys.engine import Progress, State
from tests.surveys.samples import at, survey

TEA = survey()
DONE = at(None, State.DONE, tea="green", cake="plum", birthday="1990-05-12")


def answered(progress: Progress, question: str, value: str) -> Progress:
    return engine.answer(TEA, progress, version=1, question=question, value=value)


def test_starting_asks_the_first_question() -> None:
    assert engine.start(TEA) == at("tea")


def test_an_answer_moves_on_and_is_kept() -> None:
    assert answered(at("tea"), "tea", "black") == at("cake", tea="black")


def test_the_last_answer_ends_the_survey() -> None:
    before = at("birthday", tea="green", cake="plum")
    assert answered(before, "birthday", "1990-05-12") == DONE


def test_starting_again_asks_the_current_question_again() -> None:
    assert engine.start(TEA, at("cake", tea="green")) == at("cake", tea="green")


def test_later_keeps_everything_and_start_goes_on_there() -> None:
    paused = engine.later(at("cake", tea="green"))
    assert paused == at("cake", State.PAUSED, tea="green")
    assert engine.later(paused) == paused
    assert engine.start(TEA, paused) == at("cake", tea="green")


def test_an_answer_after_later_counts() -> None:
    paused = at("cake", State.PAUSED, tea="green")
    assert answered(paused, "cake", "nut") == at("birthday", tea="green", cake="nut")


def test_a_second_tap_on_a_question_passed_is_an_old_question() -> None:
    with pytest.raises(engine.OldQuestionError):
        answered(at("cake", tea="green"), "tea", "black")


def test_a_question_the_survey_does_not_have_is_an_old_question() -> None:
    with pytest.raises(engine.OldQuestionError):
        answered(at("tea"), "coffee", "black")


def test_back_asks_the_question_before_and_forgets_nothing() -> None:
    here = at("birthday", tea="green", cake="plum")
    assert engine.back(TEA, here, version=1, question="birthday") == at(
        "cake", tea="green", cake="plum"
    )


def test_back_at_the_first_question_stays_there() -> None:
    assert engine.back(TEA, at("tea"), version=1, question="tea") == at("tea")


def test_back_tapped_twice_goes_back_once() -> None:
    with pytest.raises(engine.OldQuestionError):
        engine.back(TEA, at("cake", tea="green"), version=1, question="birthday")


def test_a_changed_answer_goes_on_with_the_first_question_without_one() -> None:
    here = at("tea", tea="green", cake="plum")
    assert answered(here, "tea", "black") == at("birthday", tea="black", cake="plum")


@pytest.mark.parametrize("value", ["", "milk", "Green"])
def test_only_choices_are_taken(value: str) -> None:
    with pytest.raises(engine.NotAChoiceError):
        answered(at("tea"), "tea", value)


@pytest.mark.parametrize("value", ["", "12 May", "19900512", "1990-02-30", "1990-W01-1"])
def test_only_days_are_taken(value: str) -> None:
    with pytest.raises(engine.NotAChoiceError):
        answered(at("birthday", tea="green", cake="plum"), "birthday", value)


@pytest.mark.parametrize("value", ["1909-12-31", "2021-01-01"])
def test_a_day_out_of_range_is_refused(value: str) -> None:
    with pytest.raises(engine.DateOutOfRangeError):
        answered(at("birthday", tea="green", cake="plum"), "birthday", value)


@pytest.mark.parametrize("value", ["1910-01-01", "2020-12-31"])
def test_the_ends_of_the_range_are_days_too(value: str) -> None:
    after = answered(at("birthday", tea="green", cake="plum"), "birthday", value)
    assert after.state is State.DONE


def test_after_the_end_nothing_is_taken() -> None:
    with pytest.raises(engine.AlreadyDoneError):
        engine.start(TEA, DONE)
    with pytest.raises(engine.AlreadyDoneError):
        answered(DONE, "birthday", "1991-01-01")
    with pytest.raises(engine.AlreadyDoneError):
        engine.back(TEA, DONE, version=1, question="birthday")
    with pytest.raises(engine.AlreadyDoneError):
        engine.later(DONE)


def test_a_button_of_another_version_is_not_an_answer() -> None:
    new = survey(version=2)
    for tapped in (1, 2):
        with pytest.raises(engine.OldVersionError):
            engine.answer(new, at("tea"), version=tapped, question="tea", value="green")
    with pytest.raises(engine.OldVersionError):
        engine.back(new, at("cake", tea="green"), version=1, question="cake")


def test_a_new_version_keeps_the_answers_that_fit_and_asks_the_rest() -> None:
    old = at("birthday", tea="green", cake="cheese", coffee="black")
    after = engine.start(survey(version=2), old)
    assert (after.version, after.question, after.answers) == (2, "cake", {"tea": "green"})


def test_a_new_version_with_nothing_left_to_ask_is_done_at_once() -> None:
    after = engine.start(survey("tea", version=2), at("cake", State.PAUSED, tea="green"))
    assert (after.state, after.question) == (State.DONE, None)


def test_who_is_done_is_not_asked_again_by_a_new_version() -> None:
    with pytest.raises(engine.AlreadyDoneError):
        engine.start(survey(version=2), DONE)
