"""Whether surveys and the attributes they set fit each other: asked when a process starts.

Found at the friend's last answer it would cost them the whole survey.
"""

from collections.abc import Iterable

from bot.errors import SetupError
from bot.people.definition import Definitions
from bot.people.model import PeopleError
from bot.surveys.definition import ChoiceQuestion, DateQuestion, Survey


def require_fitting(surveys: Iterable[Survey], attributes: Definitions) -> None:
    """Check that every answer can be kept as the attribute its question names.

    Raises:
        SetupError: lists every question that cannot, with its mend.
    """
    problems = [
        f"  survey {survey.key}, question {question.key}: {problem}"
        for survey in surveys
        for question in survey.questions
        if question.attribute and (problem := _problem(question, attributes))
    ]
    if problems:
        raise SetupError("\n".join(["The surveys do not fit the attributes:", *problems]))


def _problem(question: ChoiceQuestion | DateQuestion, attributes: Definitions) -> str | None:
    key = str(question.attribute)
    if key not in attributes:
        return f"there is no attribute {key}; define it in bot/content/attributes.yaml"
    for answer in _answers(question):
        try:
            attributes[key].check(answer)
        except PeopleError as error:
            return f"the answer {answer!r} is none of attribute {key}: {error}"
    return None


def _answers(question: ChoiceQuestion | DateQuestion) -> list[str]:
    if isinstance(question, ChoiceQuestion):
        return [choice.value for choice in question.choices]
    return [question.earliest.isoformat(), question.latest.isoformat()]
