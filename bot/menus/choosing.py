"""Choosing the menu of a friend: rules at one moment, in memory and in SQL alike.

    Rules + hides + now -> Choice -> menu_of(facts) | case(dialect)

A choice has a fingerprint: as long as it stays the same, everybody who was gone through still has
what they should have. It changes with the rules, with the periods of rules and hides, and at
midnight in Tokyo where a rule asks for days.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cached_property
from typing import Any

import orjson
import sqlalchemy as sa

from bot.clock import TOKYO
from bot.menus.model import HIDDEN, Hide, open_at
from bot.menus.rules import Rule, Rules
from bot.people.derived import today_in_tokyo
from bot.segments.atoms import Source, Tree, sources
from bot.segments.facts import Facts
from bot.segments.memory import Predicate, predicate
from bot.segments.service import Segments
from bot.segments.sql import source_of, where
from bot.store.tables.friends import friends, people
from bot.store.types import to_ms


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule that counts now, as it is asked today."""

    rule: Rule
    tree: Tree
    #: What is shown to whom it fits: its menu, or none.
    shown: str


@dataclass(frozen=True)
class Choice:
    """Who sees what at one moment."""

    asked: Sequence[Asked]
    #: The key of the default rule's menu.
    default: str
    #: What is shown to whom no rule fits.
    otherwise: str
    #: Whether something is hidden: then LINE has no default, and everybody a menu of their own.
    hides: bool
    #: Whether nobody sees a menu.
    hides_everything: bool = False
    #: Nobody sees these, not as a tab and not by name either.
    hidden: frozenset[str] = frozenset()

    @cached_property
    def _predicates(self) -> tuple[tuple[Predicate, str], ...]:
        return tuple((predicate(one.tree), one.shown) for one in self.asked)

    @cached_property
    def reads(self) -> frozenset[Source]:
        """Everything the rules ask of a friend."""
        return frozenset().union(*(sources(one.tree) for one in self.asked))

    @cached_property
    def fingerprint(self) -> str:
        """The same for choices that show everybody the same."""
        parts = [[_plain(one.tree), one.shown] for one in self.asked]
        said = orjson.dumps(
            [parts, self.otherwise, self.default, self.hides, *sorted(self.hidden)]
        )
        return hashlib.sha256(said).hexdigest()[:32]

    @property
    def unlinked(self) -> str:
        """What a friend sees to whom nothing of their own was linked."""
        return HIDDEN if self.hides else self.default

    def menu_of(self, facts: Facts) -> str:
        """Return what a friend is shown."""
        for fits, shown in self._predicates:
            if fits(facts):
                return shown
        return self.otherwise

    def rule_of(self, facts: Facts) -> Asked | None:
        """Return the rule that decides; None: the default's."""
        fitting = zip(self.asked, self._predicates, strict=True)
        return next((one for one, (fits, _) in fitting if fits(facts)), None)

    def case(self, dialect: str, *, is_walk: bool = False) -> sa.ColumnElement[str]:
        """Return what a friend is shown, as an expression over ``source``.

        Args:
            dialect: of the database.
            is_walk: asked of a few of many friends.
        """
        otherwise = sa.literal(self.otherwise)
        if not self.asked:
            return otherwise
        whens = [
            (where(one.tree, dialect, is_walk=is_walk), sa.literal(one.shown))
            for one in self.asked
        ]
        return sa.case(*whens, else_=otherwise)

    @cached_property
    def source(self) -> sa.FromClause:
        """What the expression is asked of: friends, with their people where a rule needs them."""
        found = [source_of(one.tree) for one in self.asked]
        joined = people.join(friends, people.c.id == friends.c.person_id)
        return joined if any(one is not friends for one in found) else friends


class Chooser:
    """The account's rules, as they are at any moment."""

    def __init__(self, rules: Rules, segments: Segments) -> None:
        self.rules = rules
        self.segments = segments
        self._ordered = rules.in_order()
        self._hides: tuple[Hide, ...] = ()
        self._choice: Choice | None = None
        #: While the last choice stays as it is.
        self._since = self._until = datetime.min.replace(tzinfo=TOKYO)

    @cached_property
    def reads(self) -> frozenset[Source]:
        """Everything that any rule asks of a friend, at any time."""
        some_day = date(2026, 1, 1)
        asked = (rule.asked(self.segments) for rule in self._ordered)
        trees = (self.segments.tree(rule, today=some_day) for rule in asked)
        return frozenset().union(*map(sources, trees))

    def at(self, now: datetime, hides: tuple[Hide, ...] = ()) -> Choice:
        """Return who sees what now; the last answer is kept while nothing can have changed."""
        if self._choice is None or not self._since <= now < self._until or hides != self._hides:
            self._hides, self._since, self._until = hides, now, self.changes_after(now, hides)
            counting = [rule for rule in self._ordered if _counts(rule, now)]
            self._choice = self._make(counting, open_at(hides, now), today_in_tokyo(now))
        return self._choice

    def changes_after(self, now: datetime, hides: tuple[Hide, ...] = ()) -> datetime:
        """Return when the next period begins or ends: of a rule, of a hide, or the day."""
        tomorrow = today_in_tokyo(now) + timedelta(days=1)
        times = [rule.starts_at for rule in self._ordered]
        times += [rule.ends_at for rule in self._ordered]
        times += [hide.until for hide in hides]
        midnight = datetime.combine(tomorrow, time(), TOKYO)
        return min([midnight, *(at for at in times if at is not None and at > now)])

    def _make(self, rules: Sequence[Rule], hidden: Sequence[Hide], today: date) -> Choice:
        default = self.rules.default
        asked = tuple(
            Asked(
                rule,
                self.segments.tree(rule.asked(self.segments), today=today),
                _shown(rule.menu, rule.key, hidden),
            )
            for rule in rules
        )
        otherwise = _shown(default, None, hidden)
        return Choice(
            asked=asked,
            default=default,
            otherwise=otherwise,
            # Of a menu that no rule shows now, or a rule that is gone, nobody notices.
            hides=HIDDEN in {otherwise, *(one.shown for one in asked)},
            hides_everything=any(hide.is_of_everybody for hide in hidden),
            hidden=frozenset(hide.menu for hide in hidden if hide.menu is not None),
        )


def _counts(rule: Rule, now: datetime) -> bool:
    start, end = rule.starts_at, rule.ends_at
    return (start is None or start <= now) and (end is None or now < end)


def _shown(menu: str, rule: str | None, hidden: Sequence[Hide]) -> str:
    return HIDDEN if any(hide.covers(menu, rule) for hide in hidden) else menu


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one a kind
    """Return a tree as JSON values that are the same in every process."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in sorted(value.items())}
    if is_dataclass(value):
        known = [_plain(getattr(value, field.name)) for field in fields(value)]
        return [type(value).__name__, *known]
    return value
