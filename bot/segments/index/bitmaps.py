"""All columns of the index, and the friends in them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import reduce

from pyroaring import BitMap

from bot.friends.model import Friendship
from bot.segments.atoms import (
    And,
    Atom,
    Attribute,
    FollowedAt,
    No,
    OneOf,
    Or,
    Shape,
    Source,
    State,
    SurveyAnswer,
    Tags,
    Tree,
)
from bot.segments.catalogue import Age, Catalogue, EffectiveFriend, Field, FriendshipDays, Kind
from bot.segments.facts import Facts
from bot.segments.index.columns import (
    Column,
    Days,
    Instants,
    Numbers,
    Texts,
    UnindexedError,
    Words,
    union,
)
from bot.segments.memory import reader
from bot.segments.repository import Count


class Bitmaps:
    """Friends by what is known of them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._columns = _columns(catalogue)
        self._readers = [(reader(source), column) for source, column in self._columns.items()]
        self._alive = BitMap()
        #: Friend ids by place: rising at first, then as they came later.
        self._ids = array("q")
        self._rising = 0
        self._late: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._alive)

    def add(self, friends: Iterable[tuple[int, Facts]]) -> None:
        """Take friends, new ones or as they are now."""
        for friend_id, facts in friends:
            place = self._place(friend_id)
            self._alive.add(place)
            for read, column in self._readers:
                value = read(facts)
                if value is not None:
                    column.put(place, value)
        for column in self._columns.values():
            column.flush()

    def drop(self, friend_ids: Iterable[int]) -> None:
        """Forget friends."""
        places = BitMap(p for p in map(self._find, friend_ids) if p is not None)
        self._alive -= places
        for column in self._columns.values():
            column.drop(places)

    def count(self, tree: Tree) -> Count:
        """Count the friends a tree fits.

        Raises:
            UnindexedError: a test needs the values themselves.
        """
        found = self._of(tree)
        friends = self._of(Atom(State(), OneOf(frozenset({Friendship.FRIEND.value}))))
        return Count(len(found), found.intersection_cardinality(friends))

    def members(self, tree: Tree) -> Sequence[int]:
        """Return the ids of the friends a tree fits, rising."""
        return sorted(self._ids[place] for place in self._of(tree))

    def _of(self, tree: Tree) -> BitMap:
        match tree:
            case And(parts=parts):
                found = sorted((self._of(part) for part in parts), key=len)
                return reduce(BitMap.__and__, found) if found else self._alive
            case Or(parts=parts):
                return union([self._of(part) for part in parts])
            case No(part=part):
                return self._alive - self._of(part)
            case Atom(source=source, test=test):
                if source not in self._columns:
                    raise UnindexedError(f"{source} is not indexed")
                return self._columns[source].test(test)

    def _place(self, friend_id: int) -> int:
        place = self._find(friend_id)
        if place is not None:
            return place
        place = len(self._ids)
        if self._rising == place and (place == 0 or friend_id > self._ids[-1]):
            self._rising += 1
        else:
            self._late[friend_id] = place
        self._ids.append(friend_id)
        return place

    def _find(self, friend_id: int) -> int | None:
        place = bisect_left(self._ids, friend_id, 0, self._rising)
        if place < self._rising and self._ids[place] == friend_id:
            return place
        return self._late.get(friend_id)


def _columns(catalogue: Catalogue) -> dict[Source, Column]:
    columns: dict[Source, Column] = {State(): Words(), FollowedAt(): Instants()}
    for field in catalogue.fields:
        match field.reads:
            case Age(attribute=key):
                columns.setdefault(Attribute(key, Shape.TEXT), Days())
            case FriendshipDays() | EffectiveFriend():
                pass  # read from the two above
            case Attribute() | Tags() | SurveyAnswer() as source:
                columns.setdefault(source, _column(field))
            case source:
                columns.setdefault(source, Words())
    return columns


def _column(field: Field) -> Column:
    match field.kind:
        case Kind.NUMBER:
            return Numbers()
        case Kind.DATE:
            return Days()
        case Kind.TEXT:
            return Texts()
        case _:
            return Words(lists=field.kind is Kind.MULTI)
