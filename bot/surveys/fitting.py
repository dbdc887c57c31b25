"""Whether surveys and the attributes they set fit each other: asked when a process starts.

Found at the friend's last answer it would cost them the whole survey.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.errors import SetupError
from bot.people.definition import Definitions
from bot.people.model import PeopleError
from bot.surveys.definition import Survey


def require_fitting(surveys: Iterable[Survey], attributes: Definitions) -> None:
    """Check that every answer can be kept as the attributes its question names.

    Raises:
        SetupError: lists every question that cannot, with its place and mend.
    """
    found = [f"  {problem}" for survey in surveys for problem in problems(survey, attributes)]
    if found:
        raise SetupError("\n".join(["The surveys do not fit the attributes:", *found]))


def problems(survey: Survey, attributes: Definitions) -> Iterator[str]:
    """List the questions whose answers could not be kept."""
    for index, question in enumerate(survey.questions):
        for key, answers in question.examples().items():
            problem = _problem(key, answers, attributes)
            if problem:
                place = survey.place("questions", index)
                yield f"{place}: survey {survey.key}, question {question.key}: {problem}"


def _problem(key: str, answers: list[Any], attributes: Definitions) -> str | None:
    if key not in attributes:
        return f"there is no attribute {key}; define it in attributes.yaml"
    for answer in answers:
        try:
            attributes[key].check(answer)
        except PeopleError as error:
            shown = f"{answer[:12]}…" if isinstance(answer, str) and len(answer) > 40 else answer  # noqa: PLR2004 - a line
            kind = attributes[key].kind
            return (
                f"the answer {shown!r} does not fit attribute {key}, which is of kind {kind}: "
                f"{error}; let the question set another attribute, or change its kind"
            )
    return None
