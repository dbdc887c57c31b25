"""Why a friend is in a segment, or is not: the rule's tree with what came of each part.

rule + Facts -> Explained -> lines of text, or a screen
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.people import derived
from bot.people.bilingual import Language
from bot.segments import model, words
from bot.segments.catalogue import Age, Catalogue, EffectiveFriend, Field, FriendshipDays
from bot.segments.facts import Facts
from bot.segments.memory import predicate, reader
from bot.segments.resolve import resolve


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of a rule, as it came out for one friend."""

    words: str
    matched: bool
    #: Whether the outcome of the whole rests on this part.
    decides: bool
    #: What is known of the friend, or that nothing is, where the part is a condition.
    found: str | None
    parts: tuple["Explained", ...] = ()


class Explainer:
    """Explains rules for one friend on one day, in one language."""

    def __init__(
        self, catalogue: Catalogue, facts: Facts, today: date, language: Language
    ) -> None:
        self._catalogue = catalogue
        self._facts = facts
        self._today = today
        self._language: Language = language

    def explain(self, rule: model.Rule, *, decides: bool = True) -> Explained:
        """Return the tree of a rule.

        A part decides when what it is part of does, and came out the same: of an *all* that
        failed the parts that failed, of one that held all of them.
        """
        matched = self._matches(rule)
        found: str | None = None
        parts: tuple[Explained, ...] = ()
        match rule:
            case model.All(parts=inner) | model.AnyOf(parts=inner):
                parts = tuple(
                    self.explain(part, decides=decides and self._matches(part) == matched)
                    for part in inner
                )
            case model.Not(part=part):
                parts = (self.explain(part, decides=decides),)
            case model.Condition(field=key):
                found = self._found(self._catalogue[key])
        said = words.say(rule, self._catalogue, self._language)
        return Explained(said, matched, decides, found, parts)

    def _matches(self, rule: model.Rule) -> bool:
        return predicate(resolve(rule, self._catalogue, self._today))(self._facts)

    def _found(self, field: Field) -> str:
        value = self._value(field)
        if value is None:
            return words.missing(field, self._language)
        return words.shown(field, value, self._language)

    def _value(self, field: Field) -> Any:
        facts, today = self._facts, self._today
        since = facts.followed_at if facts.is_friend else None
        match field.reads:
            case Age(attribute=key):
                return derived.age(derived.Facts(birth_date=facts.attributes.get(key)), today)
            case FriendshipDays():
                return derived.friendship_days(derived.Facts(friend_since=since), today)
            case EffectiveFriend():
                return facts.is_friend
            case source:
                return reader(source)(facts)


def lines(explained: Explained, depth: int = 0) -> Iterator[str]:
    """Draw the tree as text; ``*`` stands where the outcome was decided."""
    mark = "✓" if explained.matched else "✗"
    decides = "*" if explained.decides else " "
    found = "" if explained.found is None else f"  [{explained.found}]"
    yield f"{decides} {'  ' * depth}{mark} {explained.words}{found}"
    for part in explained.parts:
        yield from lines(part, depth + 1)
