"""A survey small enough to hold in the head."""

from typing import Any, Final

from bot.surveys.definition import Survey
from bot.surveys.engine import Progress, State

QUESTIONS: Final[list[dict[str, Any]]] = [
    {
        "key": "tea",
        "kind": "choice",
        "label": "Tea",
        "text": "Which tea?",
        "attribute": "tea",
        "choices": ({"value": "green", "label": "Green"}, {"value": "black", "label": "Black"}),
    },
    {
        "key": "cake",
        "kind": "choice",
        "label": "Cake",
        "text": "Which cake?",
        "choices": ({"value": "plum", "label": "Plum"}, {"value": "nut", "label": "Nut"}),
    },
    {
        "key": "birthday",
        "kind": "date",
        "label": "Birthday",
        "text": "When?",
        "attribute": "birth_date",
        "button": "Choose",
        "initial": "1990-01-01",
        "earliest": "1910-01-01",
        "latest": "2020-12-31",
    },
]


def survey(*keys: str, version: int = 1) -> Survey:
    """Build the survey, of all its questions or of some."""
    questions = [question for question in QUESTIONS if not keys or question["key"] in keys]
    done = {"title": "Thanks", "text": "A card for you."}
    values = {"key": "tea", "version": version, "title": "Tea", "done": done}
    return Survey.model_validate(values | {"questions": questions}, strict=False)


def at(question: str | None, state: State = State.ASKING, **answers: str) -> Progress:
    """Stand somewhere in the first version."""
    return Progress(survey="tea", version=1, state=state, question=question, answers=answers)
