"""What the account says around every survey, in account.yaml."""

from collections.abc import Mapping
from functools import cached_property

from bot.content.words import AltText, Label, Title, Words
from bot.content.yaml_source import Content, Several


class Hints(Content):
    """How to answer, by the kind of the question; a question's own ``help`` says it better."""

    choices: Words
    text: Words
    number: Words
    postal_code: Words
    prefecture: Words
    phone: Words
    email: Words
    location: Words
    image: Words
    consent: Words


class Unfit(Content):
    """What is said to what was typed and cannot be the answer; other kinds say what is wrong."""

    #: {range}: what is taken, in brackets, where the question sets bounds.
    number: Words
    postal_code: Words
    prefecture: Words
    phone: Words
    email: Words


class Typed(Content):
    """What can be typed in place of tapping; the labels of the buttons always can."""

    back: Several[Words]
    later: Several[Words]
    stop: Several[Words]
    skip: Several[Words]
    decide: Several[Words]
    finish: Several[Words]


class SurveyTexts(Content):
    """What is said around every survey."""

    back: Label
    later: Label
    skip: Label
    stop: Label
    #: On the button that goes on after *later*.
    resume: Label
    #: On the button that goes on after *stop*.
    restart: Label
    #: Takes the choices picked so far.
    decide: Label
    #: Beside an answer in the summary.
    change: Label
    #: Hands the answers in.
    finish: Label
    #: Leaves an answer as it is, while it is changed after the end.
    keep: Label
    agree: Label
    decline: Label
    send_location: Label
    take_picture: Label
    choose_picture: Label

    paused: Words
    stopped: Words
    declined: Words
    already_done: Words
    #: {day}: from when on it can be answered again.
    not_yet_again: Words
    old_question: Words
    old_version: Words
    not_a_choice: Words
    not_this_way: Words
    not_optional: Words
    date_out_of_range: Words
    kept_as_it_was: Words
    #: Stands before the choices picked so far.
    picked: Words
    none_picked: Words
    #: {least} and {most}: how many may be chosen.
    too_few: Words
    too_many: Words
    #: Stands for an answer that was skipped.
    skipped: Words

    review_title: Title
    review_text: Words
    review_alt_text: AltText
    #: {title}: of the survey.
    nudge: Words

    hints: Hints
    unfit: Unfit
    typed: Typed

    def hint(self, kind: str) -> str | None:
        """Say how questions of a kind are answered; None where the buttons say it."""
        return getattr(self.hints, kind, None)

    @cached_property
    def commands(self) -> Mapping[str, str]:
        """What is meant by typed words, such as ``back`` or ``later``."""
        return {
            word: name
            for name in Typed.model_fields
            for word in (*getattr(self.typed, name), getattr(self, name))
        }
