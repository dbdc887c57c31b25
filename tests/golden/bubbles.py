"""Every bubble as the sample account sends it; ``python -m tests.golden.bubbles`` writes them.

A file that changes is a bubble that friends will see changed: look at the difference, then commit.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot import content
from bot.line.messages import date_picker, postback
from bot.postbacks import AnswerSurvey, BackSurvey, LaterSurvey, ShowCard, ShowHelp, StartSurvey
from bot.surveys import definition
from bot.surveys.definition import ChoiceQuestion
from flex_templates import render

FOLDER: Final = Path(__file__).parent / "bubbles"
ACCOUNT: Final = content.account()
WELCOME: Final = definition.load_all()["welcome"]
ANSWERS: Final = {"found_us": "passing", "visit_time": "morning", "birthday": "1990-05-12"}

START: Final = postback(ACCOUNT.greeting.button, StartSurvey(survey="welcome"))
CARD: Final = postback(ACCOUNT.buttons.card, ShowCard())
HELP: Final = postback(ACCOUNT.buttons.help, ShowHelp())


def bubbles() -> dict[str, dict[str, Any]]:
    """Return every bubble by the name of its file."""
    return {
        "greeting": render("greeting", account=ACCOUNT, start=START),
        "welcome_back": render("welcome_back", account=ACCOUNT, buttons=[CARD, HELP]),
        "help": render("help", account=ACCOUNT, buttons=[START, CARD]),
        "survey_done": render(
            "survey_done",
            account=ACCOUNT,
            survey=WELCOME,
            summary=WELCOME.summary(ANSWERS),
            card=CARD,
        ),
        "member_card": render(
            "member_card",
            account=ACCOUNT,
            image_url="https://shop.example/card/sample.png",
            number="2 012345 678905",
        ),
        **dict(_questions()),
    }


def _questions() -> Iterator[tuple[str, dict[str, Any]]]:
    for number, question in enumerate(WELCOME.questions, start=1):

        def chosen(value: str, key: str = question.key) -> AnswerSurvey:
            return AnswerSurvey(survey="welcome", version=1, question=key, value=value)

        if isinstance(question, ChoiceQuestion):
            choices = [postback(item.label, chosen(item.value)) for item in question.choices]
        else:
            days = {"earliest": question.earliest, "latest": question.latest}
            picker = date_picker(question.button, chosen(""), initial=question.initial, **days)
            choices = [picker]
        back = BackSurvey(survey="welcome", version=1, question=question.key)
        bubble = render(
            "survey_question",
            account=ACCOUNT,
            survey=WELCOME,
            question=question,
            number=number,
            total=len(WELCOME.questions),
            choices=choices,
            back=None if number == 1 else postback(ACCOUNT.survey.back, back),
            later=postback(ACCOUNT.survey.later, LaterSurvey(survey="welcome", version=1)),
        )
        yield f"question_{question.key}", bubble


def shown(bubble: dict[str, Any]) -> str:
    """Write a bubble as its file has it."""
    return json.dumps(bubble, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, bubble in bubbles().items():
        (FOLDER / f"{name}.json").write_text(shown(bubble), "utf-8")
