"""Every button ever issued still works: the catalogue in tests/golden/postbacks.json only grows.

{action: [data as it was once sent, …]}
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bot import postbacks
from bot.postbacks import PostbackData, PostbackError, parse
from tests.checks import files
from tests.checks.model import Problems

CATALOGUE: Final = Path("tests/golden/postbacks.json")


def catalogue() -> Problems:
    """Actions are unique and listed, and every listed button decodes to what it said."""
    listed: dict[str, list[str]] = json.loads(files.read(CATALOGUE))
    return list(compare(listed, payloads()))


def payloads() -> list[type[PostbackData]]:
    """Return every kind of button."""
    named = vars(postbacks).values()
    kinds = [kind for kind in named if isinstance(kind, type) and issubclass(kind, PostbackData)]
    return sorted(set(kinds) - {PostbackData}, key=lambda payload: payload.action)


def compare(listed: dict[str, list[str]], known: Sequence[type[PostbackData]]) -> Iterator[str]:
    """Yield where the catalogue and the code disagree."""
    for action, count in Counter(payload.action for payload in known).items():
        if count > 1:
            yield f"bot/postbacks.py: {action} is the action of {count} payloads"
        if not listed.get(action):
            yield f"{CATALOGUE}: {action} is missing; add the data of one such button"
    by_action = {payload.action: payload for payload in known}
    for action, sent in listed.items():
        if action not in by_action:
            yield f"bot/postbacks.py: {action} was issued once and has no payload now"
            continue
        for data in sent:
            if trouble := _trouble(data, by_action[action]):
                yield f"{CATALOGUE}: {data}: {trouble}"


def _trouble(data: str, payload: type[PostbackData]) -> str | None:
    action, values = parse(data)
    if action != payload.action:
        return f"it is listed under {payload.action}"
    try:
        again = payload.decode(values).encode()
    except PostbackError as error:
        return str(error)
    return None if parse(again) == (action, values) else f"decodes to {again}"
