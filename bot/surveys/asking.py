"""How a question is asked in the talk: one bubble, and its answers above the keyboard."""

from functools import cache

from bot.content import Account
from bot.line.check import prepared
from bot.line.messages import Action, Message, date_picker, flex, postback, quick_reply
from bot.postbacks import AnswerSurvey, BackSurvey, LaterSurvey
from bot.surveys.definition import ChoiceQuestion, DateQuestion, Survey
from bot.surveys.service import Step
from flex_templates import render


def ask(account: Account, step: Step) -> Message:
    """Return the message that asks the open question of a survey.

    Raises:
        LookupError: no question is open.
    """
    survey, key = step.survey, step.progress.question
    if key is None:
        raise LookupError(f"{survey.key}: no question is open")
    return _message(account, survey, key).copy()


@cache  # the same for every friend
def _message(account: Account, survey: Survey, key: str) -> Message:
    question = survey.question(key)
    number = survey.position(key) + 1
    answers = _answers(survey, question)
    back = postback(
        account.survey.back,
        BackSurvey(survey.key, survey.version, key),
        display_text=account.survey.back,
    )
    later = postback(
        account.survey.later,
        LaterSurvey(survey.key, survey.version),
        display_text=account.survey.later,
    )
    bubble = render(
        "survey_question",
        account=account,
        survey=survey,
        question=question,
        number=number,
        total=len(survey.questions),
        choices=answers,
        back=back if number > 1 else None,
        later=later,
    )
    around = [*answers, back, later] if number > 1 else [*answers, later]
    return flex(question.text, prepared(bubble), quick_reply=quick_reply(*around))


def _answers(survey: Survey, question: ChoiceQuestion | DateQuestion) -> list[Action]:
    if isinstance(question, ChoiceQuestion):
        return [
            postback(
                choice.label,
                AnswerSurvey(survey.key, survey.version, question.key, choice.value),
                display_text=choice.label,
            )
            for choice in question.choices
        ]
    picker = date_picker(
        question.button,
        AnswerSurvey(survey.key, survey.version, question.key, ""),
        initial=question.initial,
        earliest=question.earliest,
        latest=question.latest,
    )
    return [picker]
