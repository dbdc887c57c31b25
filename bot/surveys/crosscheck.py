"""What one question of a survey says of another: keys, conditions, attributes, lengths of lists.

Works on the values of the file, so that these mistakes are told beside those of single fields.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from bot.content.actions import MESSAGES
from bot.line import limits
from bot.surveys.choosing import AGREED, DECLINED

Found: TypeAlias = tuple[tuple[str | int, ...], str]

#: A summary with all answers, each with a button that changes it, is one bubble.
MOST_QUESTIONS: Final = 30
_OPERATORS: Final = ("is", "any_of", "none_of")


def problems(values: Mapping[str, Any]) -> Iterator[Found]:
    """List where a survey contradicts itself: the place, and what is wrong with its mend."""
    listed = values.get("questions")
    if isinstance(listed, (list, tuple)):
        if not listed:
            yield ("questions",), "no question; write at least one"
        if len(listed) > MOST_QUESTIONS:
            what = f"{len(listed)} questions where {MOST_QUESTIONS} fit in a summary"
            yield ("questions",), f"{what}; ask less, or write a second survey"
        yield from _questions([item if isinstance(item, Mapping) else {} for item in listed])
    actions = values.get("on_done")
    if isinstance(actions, (list, tuple)):
        said = sum(MESSAGES.get(str(_get(action, "do")), 0) for action in actions)
        if said + 1 > limits.MESSAGES_PER_CALL:
            room = limits.MESSAGES_PER_CALL - 1
            yield ("on_done",), f"{said} messages where {room} fit beside the thanks; say less"


def _questions(questions: list[Mapping[str, Any]]) -> Iterator[Found]:
    known: dict[str, Mapping[str, Any]] = {}
    owners: dict[str, bool] = {}
    for index, question in enumerate(questions):
        at = ("questions", index)
        key, attribute, when = (question.get(name) for name in ("key", "attribute", "when"))
        if isinstance(key, str) and key in known:
            yield (*at, "key"), f"the same key twice: {key}; make each its own"
        if isinstance(attribute, str):
            if attribute in owners and not (when and owners[attribute]):
                yield (
                    (*at, "attribute"),
                    f"the same attribute twice: {attribute}; ask once, or under conditions",
                )
            owners[attribute] = bool(when)
        if when and not index:
            yield (*at, "when"), "the first question is always asked; remove when"
        else:
            yield from _conditions((*at, "when"), when, known)
        if isinstance(key, str):
            known.setdefault(key, question)


def _conditions(
    at: tuple[str | int, ...], when: Any, known: Mapping[str, Mapping[str, Any]]
) -> Iterator[Found]:
    listed = [(at, when)] if isinstance(when, Mapping) else []
    if isinstance(when, (list, tuple)):
        listed = [((*at, index), item) for index, item in enumerate(when)]
    for here, condition in listed:
        if not isinstance(condition, Mapping):
            continue
        asked = condition.get("question")
        if not isinstance(asked, str):
            continue
        if asked not in known:
            earlier = ", ".join(known) or "there is none"
            yield (
                (*here, "question"),
                f"{asked} is not asked before; name an earlier question: {earlier}",
            )
            continue
        yield from _values(here, condition, known[asked])
        yield from _sense(here, condition, known[asked])


def _sense(
    at: tuple[str | int, ...], condition: Mapping[str, Any], question: Mapping[str, Any]
) -> Iterator[Found]:
    """Find what holds always, or never."""
    for operator in ("any_of", "none_of"):
        if condition.get(operator) == []:
            yield (*at, operator), "no answer is named; name one"
    for operator in ("at_least", "at_most"):
        if operator in condition and question.get("kind") != "number":
            what = f"{question.get('key')} is no number; ask it with is, any_of or none_of"
            yield (*at, operator), what


def _values(
    at: tuple[str | int, ...], condition: Mapping[str, Any], question: Mapping[str, Any]
) -> Iterator[Found]:
    offered = _offered(question)
    if offered is None:
        return
    for operator in _OPERATORS:
        named = condition.get(operator)
        for value in named if isinstance(named, (list, tuple)) else [named]:
            if isinstance(value, str) and value not in offered:
                said = f"{value} is no answer of {question.get('key')}; name one of "
                yield (*at, operator), said + ", ".join(map(str, offered))


def _offered(question: Mapping[str, Any]) -> list[Any] | None:
    if question.get("kind") == "consent":
        return [AGREED, DECLINED]
    choices = question.get("choices")
    if not isinstance(choices, (list, tuple)):
        return None
    return [_get(choice, "value") for choice in choices]


def _get(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
