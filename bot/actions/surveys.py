"""The actions of surveys, with where they are written."""

from collections.abc import Iterable, Iterator

from bot.actions.running import Listed
from bot.surveys.definition import Survey


def listed(surveys: Iterable[Survey]) -> Iterator[Listed]:
    """List what every survey leads to."""
    for survey in surveys:
        for index, action in enumerate(survey.on_done):
            yield Listed(survey.place("on_done", index), action)
