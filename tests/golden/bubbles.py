"""Every bubble as the sample account sends it; ``python -m tests.golden.bubbles`` writes them.

A file that changes is a bubble that friends will see changed: look at the difference, then commit.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot import content
from bot.conversations.handing import handed
from bot.line.messages import postback
from bot.postbacks import FinishSurvey, LaterSurvey, ShowCard, ShowHelp, StartSurvey
from bot.surveys import definition
from bot.surveys.asking import ask, done, rows
from bot.surveys.definition import Answers, Survey
from bot.surveys.engine import Progress, State
from bot.surveys.service import Step
from flex_templates import render
from tests.golden import wallet
from tests.golden.wallet import filled
from tests.support import NOON

FOLDER: Final = Path(__file__).parent / "bubbles"
ACCOUNT: Final = content.account()
WELCOME: Final = definition.load_all()["welcome"]
FAVOURITES: Final = definition.load_all()["favourites"]
FAVOURED: Final[Answers] = {
    "favourites": "loaf,coffee",
    "slice": "six",
    "household": None,
    "postal_code": "1500001",
    "newsletter": "agree",
}
#: The sample account has no pictures of its own.
PICTURES: Final = Survey.model_validate(
    {
        "key": "look",
        "version": 1,
        "title": "どちらがお好き？",
        "done": {"title": "ありがとうございます", "text": "参考にします。"},
        "questions": [
            {
                "key": "look",
                "kind": "choice",
                "label": "お好きなほう",
                "text": "どちらがお好きですか？",
                "show": "carousel",
                "choices": [
                    {"value": v, "label": n, "image": f"https://shop.example/{v}.jpg"}
                    for v, n in (("round", "まるいパン"), ("long", "ながいパン"))
                ],
            }
        ],
    }
)
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
        "survey_done": filled(done(ACCOUNT, _handed_in(WELCOME, ANSWERS), CARD)["contents"]),
        "survey_review": render(
            "survey_review",
            account=ACCOUNT,
            survey=FAVOURITES,
            rows=rows(ACCOUNT, _handed_in(FAVOURITES, FAVOURED), changes=True),
            finish=postback(ACCOUNT.survey.finish, FinishSurvey("favourites", 1)),
            later=postback(ACCOUNT.survey.later, LaterSurvey("favourites", 1)),
        ),
        "talk_file": _file(),
        **wallet.bubbles(ACCOUNT),
        **dict(_questions()),
    }


def _file() -> dict[str, Any]:
    message = handed(
        ACCOUNT,
        ACCOUNT.talk,
        name="お見積書_2026年3月.pdf",
        size=1_240_000,
        url="https://shop.example/media/file/abc",
        until=NOON,
    )
    bubble: dict[str, Any] = message["contents"]
    return bubble


def _questions() -> Iterator[tuple[str, dict[str, Any]]]:
    for question in WELCOME.questions:
        yield f"question_{question.key}", _asked(WELCOME, question.key)
    yield "question_choices", _asked(FAVOURITES, "favourites")
    yield "question_picks", _asked(FAVOURITES, "favourites", picked=frozenset({"loaf", "coffee"}))
    yield "question_postal_code", _asked(FAVOURITES, "postal_code", answers=FAVOURED)
    yield "question_consent", _asked(FAVOURITES, "newsletter", answers=FAVOURED)
    yield "question_pictures", _asked(PICTURES, "look")


def _asked(
    survey: Survey,
    key: str,
    *,
    picked: frozenset[str] = frozenset(),
    answers: Answers | None = None,
) -> dict[str, Any]:
    """Return the bubble of a question as the bot draws it."""
    progress = Progress(
        survey=survey.key,
        version=survey.version,
        state=State.ASKING,
        question=key,
        answers=answers or {},
        picked=picked,
    )
    contents: dict[str, Any] = dict(ask(ACCOUNT, Step(survey, progress))["contents"])
    return contents


def _handed_in(survey: Survey, answers: Answers) -> Step:
    progress = Progress(
        survey=survey.key, version=1, state=State.DONE, question=None, answers=answers
    )
    return Step(survey, progress)


def shown(bubble: dict[str, Any]) -> str:
    """Write a bubble as its file has it."""
    return json.dumps(bubble, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, bubble in bubbles().items():
        (FOLDER / f"{name}.json").write_text(shown(bubble), "utf-8")
