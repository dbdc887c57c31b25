"""Whether taps on rich menus find what they name: asked before a menu is shown to anybody.

    rich menu + attributes + surveys -> problems, each with its place and mend

A button that names nothing would be answered as an old one, and nobody would know why.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from bot.content.yaml_source import ContentError, Source
from bot.content.yaml_tree import Loc
from bot.people.definition import Definitions
from bot.people.model import PeopleError
from richmenus.actions import Does, PicksDate, StartsSurvey
from richmenus.definition import Menu


def require_fitting(
    folder: Path,
    menus: Mapping[str, Menu],
    attributes: Definitions,
    surveys: Collection[str],
) -> None:
    """Check that every tap on the menus of a folder can be answered.

    Raises:
        ContentError: lists each area whose action names what is not defined.
    """
    found = tuple(
        Source.open(folder / f"{key}.yaml").problem(*mistake)
        for key, menu in menus.items()
        for mistake in mistakes(menu, attributes, surveys)
    )
    if found:
        raise ContentError(found)


def mistakes(
    menu: Menu, attributes: Definitions, surveys: Collection[str]
) -> Iterator[tuple[Loc, str]]:
    """List the areas whose action could not be answered, each with what is wrong there."""
    for number, area in enumerate(menu.areas):
        what = problem(area.action, attributes, surveys)
        if what is not None:
            yield ("areas", number, "action"), what


def problem(does: Does, attributes: Definitions, surveys: Collection[str]) -> str | None:
    """Say why a tap could not be answered; None: it can be."""
    if isinstance(does, StartsSurvey) and does.survey not in surveys:
        known = ", ".join(sorted(surveys)) or "none is defined"
        return f"there is no survey {does.survey}; write it in surveys/, or name one of: {known}"
    return _unkept(does, attributes) if isinstance(does, PicksDate) else None


def _unkept(does: PicksDate, attributes: Definitions) -> str | None:
    """Say why a day picked here could not be kept."""
    if does.date not in attributes:
        days = [each.key for each in attributes.values() if each.kind == "date"]
        known = ", ".join(sorted(days)) or "none is of kind date"
        return (
            f"there is no attribute {does.date}; define it in attributes.yaml, "
            f"or name one of: {known}"
        )
    attribute = attributes[does.date]
    named = [day for day in (does.initial, does.earliest, does.latest) if day is not None]
    if not named and attribute.kind == "date":
        return None  # any day, within what the attribute allows
    for day in named or [date(2000, 1, 1)]:
        try:
            attribute.check(day.isoformat())
        except PeopleError as error:
            return (
                f"{day} cannot be kept in attribute {does.date}, which is of kind "
                f"{attribute.kind}: {error}; name another attribute, or correct the day"
            )
    return None
