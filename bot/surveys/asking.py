"""How a survey is shown in the talk: one bubble a question, and its answers above the keyboard.

A question is drawn and checked once for a definition, not for every friend; what was drawn lies
with the definition and goes when another takes its place.
"""

from typing import Any, Final

import orjson

from bot.content import Account
from bot.line import limits
from bot.line.check import checked, prepared
from bot.line.counting import first_graphemes
from bot.line.messages import (
    Action,
    Message,
    ask_location,
    ask_picture,
    flex,
    picker,
    postback,
    quick_reply,
)
from bot.postbacks import (
    AnswerSurvey,
    BackSurvey,
    ChangeSurvey,
    DecideSurvey,
    FinishSurvey,
    LaterSurvey,
    PickSurvey,
    SkipSurvey,
)
from bot.surveys.choosing import AGREED, DECLINED, ChoiceQuestion, ChoicesQuestion, ConsentQuestion
from bot.surveys.definition import BaseQuestion, Survey
from bot.surveys.engine import Progress, State
from bot.surveys.keeping import Step
from bot.surveys.picking import DateQuestion, DateTimeQuestion, TimeQuestion
from bot.surveys.sending import ImageQuestion, LocationQuestion
from flex_templates import prepared as template
from flex_templates import render, slot

#: Bubbles kept a definition: questions by their number, and picked choices in their combinations.
_KEEPS: Final = 1_000
#: Of an answer in a summary, in characters; the console has all of it.
_LONGEST_ANSWER: Final = 200
#: The most that JSON makes of a character of an answer.
_BYTES: Final = 4


def ask(account: Account, step: Step) -> Message:
    """Return the message that asks the open question of a survey, or shows the summary.

    Raises:
        LookupError: neither is to be shown.
    """
    survey, progress = step.survey, step.progress
    if progress.question is None:
        if progress.state is State.REVIEWING:
            return _review(account, step)
        raise LookupError(f"{survey.key}: no question is open")
    place = _place(survey, progress)
    key = (progress.question, place, progress.picked)
    drawn = survey.drawn
    if key not in drawn or drawn[key][0] is not account:
        _keep(survey, key, (account, _Drawing(account, survey, progress, place).message()))
    kept: Message = drawn[key][1]
    return kept.copy()


def done(account: Account, step: Step, *buttons: Action) -> Message:
    """Return the message that ends a survey: thanks, the answers, and what to do next."""
    is_open = step.survey.editable
    bubble = _summary("survey_done", account, step, changes=is_open, buttons=list(buttons))
    return flex(step.survey.done.title, bubble)


def rows(account: Account, step: Step, *, changes: bool) -> list[dict[str, Any]]:
    """Put the answers into rows of a summary: label, answer, and the button that changes it."""
    survey, texts, version = step.survey, account.survey, step.progress.version
    return [
        {
            "label": question.label,
            "answer": answer,
            "change": postback(
                texts.change,
                ChangeSurvey(survey.key, version, question.key),
                display_text=f"{question.label}を{texts.change}"[:300],
            )
            if changes
            else None,
        }
        for question, answer in _said(account, step)
    ]


def _said(account: Account, step: Step) -> list[tuple[BaseQuestion, str]]:
    """Return each question that was answered or skipped, and the answer in words."""
    answers = step.progress.answers
    return [
        (question, account.survey.skipped if value is None else question.say(value))
        for question in step.survey.questions
        if question.key in answers
        for value in (answers[question.key],)
        if value is None or step.survey.takes(question.key, value)
    ]


def _review(account: Account, step: Step) -> Message:
    texts, survey, version = account.survey, step.survey, step.progress.version
    finish = postback(texts.finish, FinishSurvey(survey.key, version), display_text=texts.finish)
    later = postback(texts.later, LaterSurvey(survey.key, version), display_text=texts.later)
    bubble = _summary("survey_review", account, step, changes=True, finish=finish, later=later)
    return flex(texts.review_alt_text, bubble, quick_reply=quick_reply(finish, later))


def _summary(
    name: str, account: Account, step: Step, *, changes: bool, **values: Any
) -> orjson.Fragment:
    """Fill a template that lists the answers; very long ones are cut, so that LINE takes it."""
    survey, said = step.survey, _said(account, step)
    answers = {f"answer{number}": answer for number, (_, answer) in enumerate(said)}
    key = (name, *(question.key for question, _ in said), orjson.dumps(values))
    known = survey.drawn.get(key)
    if known is None or known[0] is not account:
        left_open = [
            {**row, "answer": slot(place)}
            for place, row in zip(answers, rows(account, step, changes=changes), strict=True)
        ]
        drawn = template(name, account=account, survey=survey, rows=left_open, **values)
        shortest = orjson.dumps(drawn.fill(**dict.fromkeys(answers, "…")))
        room = (limits.BUBBLE_BYTES - len(shortest)) // max(len(answers), 1)
        longest = max(1, min(_LONGEST_ANSWER, room // _BYTES))
        checked(drawn.fill(**dict.fromkeys(answers, "𠮷" * longest)))
        _keep(survey, key, (account, drawn, longest))
        known = survey.drawn[key]
    _, drawn, longest = known
    filled: orjson.Fragment = drawn.fill(
        **{place: _cut(answer, longest) for place, answer in answers.items()}
    )
    return filled


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _keep(survey: Survey, key: Any, drawn: Any) -> None:
    if len(survey.drawn) >= _KEEPS:
        survey.drawn.clear()
    survey.drawn[key] = drawn


def _place(survey: Survey, progress: Progress) -> tuple[int, int]:
    """Return which question this is of how many at most; 0: outside of the way to the end."""
    possible = survey.route(progress.answers).possible
    if progress.state is State.DONE or progress.question not in possible:
        return 0, 0
    return possible.index(progress.question) + 1, len(possible)


class _Drawing:
    """One question, about to be drawn."""

    def __init__(
        self,
        account: Account,
        survey: Survey,
        progress: Progress,
        place: tuple[int, int],
    ) -> None:
        self._account, self._survey, self._key = account, survey, str(progress.question)
        self._texts = account.survey
        self._question: BaseQuestion = survey.question(self._key)
        self._number, self._total = place
        self._picked = progress.picked

    def message(self) -> Message:
        """Draw it."""
        question = self._question
        answers, around = self._answers(), self._around()
        above = [*self._quick(answers), *around.values()][: limits.QUICK_REPLY_ITEMS]
        return flex(
            question.text,
            prepared(self._bubble(answers, around)),
            quick_reply=quick_reply(*above) if above else None,
        )

    def _bubble(self, answers: list[Action], around: dict[str, Action]) -> dict[str, Any]:
        question = self._question
        values: dict[str, Any] = {
            "account": self._account,
            "survey": self._survey,
            "question": question,
            "hint": question.help or self._texts.hint(str(getattr(question, "kind", ""))),
            "terms": getattr(question, "terms", None),
            "number": self._number,
            "total": self._total,
            "choices": answers,
            "around": list(around.values()),
        }
        if isinstance(question, ChoicesQuestion) and self._picked:
            labels = [c.label for c in question.choices if c.value in self._picked]
            ready = len(self._picked) >= question.least
            decide = self._decide() if ready else None
            return render("survey_picks", **values, picked=labels, decide=decide)
        if isinstance(question, (ChoiceQuestion, ChoicesQuestion)) and question.show == "carousel":
            images = [choice.image for choice in question.choices]
            return render("survey_pictures", **values, images=images)
        if isinstance(question, ChoiceQuestion) and question.show == "quick_replies":
            values["choices"] = []
        return render("survey_question", **values)

    def _answers(self) -> list[Action]:
        question = self._question
        match question:
            case ChoiceQuestion():
                return [self._say(c.label, self._answer(c.value)) for c in question.choices]
            case ChoicesQuestion():
                return [self._box(c.value, c.label) for c in question.choices]
            case ConsentQuestion():
                agree = self._say(question.agree or self._texts.agree, self._answer(AGREED))
                no = question.decline or self._texts.decline
                return [agree, self._say(no, self._answer(DECLINED))]
            case DateQuestion() | TimeQuestion() | DateTimeQuestion():
                data = self._answer("")
                return [picker(question.button, data, mode=question.mode, bounds=question.bounds)]
            case _:
                return []

    def _quick(self, answers: list[Action]) -> list[Action]:
        """Return what stands above the keyboard: the answers, and what only stands there."""
        question, texts = self._question, self._texts
        match question:
            case LocationQuestion():
                return [ask_location(texts.send_location)]
            case ImageQuestion():
                take = ask_picture(texts.take_picture, takes=True)
                return [take, ask_picture(texts.choose_picture, takes=False)]
            case ChoicesQuestion():
                ready = len(self._picked) >= question.least
                marked = [
                    {**action, "label": first_graphemes(action["label"], limits.LABEL_GRAPHEMES)}
                    for action in answers
                ]
                return [self._decide(), *marked] if ready else marked
            case _:
                return answers

    def _around(self) -> dict[str, Action]:
        """Return the quiet buttons: skip, back, later; while changing, only the way out."""
        survey, key, texts = self._survey.key, self._key, self._texts
        version = self._survey.version
        later = LaterSurvey(survey, version)
        if not self._number:
            return {"keep": self._say(texts.keep, later)}
        around: dict[str, Action] = {}
        if self._question.optional:
            skip = self._question.skip or texts.skip
            around["skip"] = self._say(skip, SkipSurvey(survey, version, key))
        if self._number > 1:
            around["back"] = self._say(texts.back, BackSurvey(survey, version, key))
        return around | {"later": self._say(texts.later, later)}

    def _answer(self, value: str) -> AnswerSurvey:
        return AnswerSurvey(self._survey.key, self._survey.version, self._key, value)

    def _box(self, value: str, label: str) -> Action:
        is_picked = value in self._picked
        survey = self._survey
        pick = PickSurvey(survey.key, survey.version, self._key, value, on=int(not is_picked))
        said = f"{label}をはずす" if is_picked else label
        return postback(f"{'☑' if is_picked else '☐'} {label}", pick, display_text=said)

    def _decide(self) -> Action:
        data = DecideSurvey(self._survey.key, self._survey.version, self._key)
        return self._say(self._texts.decide, data)

    def _say(self, label: str, data: Any) -> Action:
        return postback(label, data, display_text=label)
