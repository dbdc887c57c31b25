"""What each column of a file means, settled before the first row is imported.

headings + what was asked for + Vocabulary -> plan_columns -> Plan, or one error with everything
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.people.bilingual import Bilingual
from bot.people.csv_file import CsvFile
from bot.people.definition import Attribute
from bot.people.derived import DERIVED
from bot.people.guessing import ColumnGuess, ColumnKindError, key_for
from bot.people.import_keys import (
    IDENTITIES,
    AttributeKey,
    Key,
    MemberNumberKey,
    PersonIdKey,
    UserIdKey,
)
from bot.people.model import PeopleError
from bot.people.vocabulary import Vocabulary
from bot.people.written import folded

TAGS: Final = Bilingual(ja="タグ", en="Tags")
#: What an export tells and nobody can set by an import.
TOLD: Final = {
    "display_name": Bilingual(ja="LINE表示名", en="LINE name"),
    "friend_since": Bilingual(ja="友だち追加日", en="Friend since"),
    "created_at": Bilingual(ja="登録日時", en="First seen"),
    **{key: derived.attribute.label for key, derived in DERIVED.items()},
}
#: In front of the columns that a file of errors adds.
OURS: Final = "enishi_"
#: ``--map "備考=-"`` leaves a column out.
NOTHING: Final = "-"

_KEYS: Final[Mapping[str, type[PersonIdKey | MemberNumberKey | UserIdKey]]] = {
    key.name: key for key in (PersonIdKey, MemberNumberKey, UserIdKey)
}


class ColumnsError(PeopleError):
    """Columns that mean nothing, or twice the same; each with its mend."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for with a file."""

    #: A key's name: one of the identities, an attribute, or the heading of its column.
    key: str
    #: Heading to attribute, identity, ``tags`` or ``-``.
    mapping: Mapping[str, str] = field(default_factory=dict)
    #: Heading to kind: columns to add although no attribute is called so.
    added: Mapping[str, str] = field(default_factory=dict)
    #: Add every column that means nothing yet, its kind guessed.
    adds_all: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column that holds an attribute."""

    index: int
    heading: str
    attribute: Attribute


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How each row is read."""

    key: Key
    key_index: int
    columns: tuple[Column, ...]
    tags_index: int | None = None
    #: Headings that are left out.
    ignored: tuple[str, ...] = ()
    #: Attributes to be stored first.
    added: tuple[Attribute, ...] = ()

    @property
    def meaning(self) -> str:
        """What makes two imports of one file the same."""
        columns = [f"{column.index}={column.attribute.key}" for column in self.columns]
        return f"{self.key.name}:{self.key_index}:{self.tags_index}:{','.join(columns)}"


def plan_columns(file: CsvFile, vocabulary: Vocabulary, wishes: Wishes) -> Plan:
    """Settle what the columns of a file mean.

    Raises:
        ColumnsError: lists every column that means nothing or the same as another.
    """
    meanings = _Meanings(vocabulary, wishes, file.headings)
    found = meanings.all()
    known = dict(vocabulary.attributes)
    added = _add(file, [i for i, name in enumerate(found) if name is None], wishes, known)
    for index, attribute in added.items():
        found[index] = attribute.key
        known[attribute.key] = attribute
    key_index = _key_index(found, wishes.key, file.headings)
    key = found[key_index] or wishes.key
    attributes = [(index, known[name]) for index, name in enumerate(found) if name in known]
    used = {index for index, _ in attributes} | {key_index}
    tags_index = found.index("tags") if "tags" in found else None
    return Plan(
        key=_key(key, known),
        key_index=key_index,
        columns=tuple(Column(i, file.headings[i], attribute) for i, attribute in attributes),
        tags_index=tags_index,
        ignored=tuple(
            heading
            for index, heading in enumerate(file.headings)
            if index not in used and index != tags_index and not heading.startswith(OURS)
        ),
        added=tuple(added.values()),
    )


class _Meanings:
    """Finds the meaning of headings: a key of something, ``-``, or None where there is none."""

    def __init__(self, vocabulary: Vocabulary, wishes: Wishes, headings: Sequence[str]) -> None:
        self._wishes = wishes
        self._headings = headings
        labels = {key: attribute.label for key, attribute in vocabulary.attributes.items()}
        self._meaningful = {**TOLD, **IDENTITIES, "tags": TAGS, **labels}
        self._names = {  # an attribute of the account wins over what an export tells
            folded(name): key
            for key, label in self._meaningful.items()
            for name in (label.en, label.ja, key)
        }

    def all(self) -> list[str | None]:
        found = [self._of(heading) for heading in self._headings]
        problems = [*self._strange_wishes(), *self._twice(found), *self._unknown(found)]
        if problems:
            raise ColumnsError(problems)
        return found

    def _of(self, heading: str) -> str | None:
        if heading.startswith(OURS):
            return NOTHING
        if heading in self._wishes.mapping:
            wanted = self._wishes.mapping[heading]
            is_known = wanted in self._meaningful or wanted == NOTHING
            return wanted if is_known else None
        if heading in self._wishes.added:
            return None
        return self._names.get(folded(heading))

    def _strange_wishes(self) -> list[str]:
        asked = [*self._wishes.mapping, *self._wishes.added]
        return [
            f"there is no column {heading}; the file has {', '.join(self._headings)}"
            for heading in asked
            if heading not in self._headings
        ]

    def _twice(self, found: Sequence[str | None]) -> list[str]:
        names = [name for name in found if name not in {None, NOTHING}]
        twice = sorted({name for name in names if name and names.count(name) > 1})
        return [
            f"two columns mean {name}: "
            + ", ".join(h for h, n in zip(self._headings, found, strict=True) if n == name)
            + '; leave one out with --map "HEADING=-"'
            for name in twice
        ]

    def _unknown(self, found: Sequence[str | None]) -> list[str]:
        unknown = [h for h, name in zip(self._headings, found, strict=True) if name is None]
        return [
            self._unknown_one(heading)
            for heading in unknown
            if not self._wishes.adds_all and heading not in self._wishes.added
        ]

    def _unknown_one(self, heading: str) -> str:
        add = f'--add-column "{heading}:KIND" or --add-columns'
        if wanted := self._wishes.mapping.get(heading):
            return f"column {heading}: there is no attribute {wanted}; to add it, say {add}"
        return (
            f'column {heading} means nothing yet; say --map "{heading}=ATTRIBUTE", '
            f'{add}, or --map "{heading}=-" to leave it out'
        )


def _add(
    file: CsvFile, indexes: Sequence[int], wishes: Wishes, known: Mapping[str, Attribute]
) -> dict[int, Attribute]:
    if not indexes:
        return {}
    keys: dict[int, str] = {}
    guesses: dict[int, ColumnGuess] = {}
    for index in indexes:
        heading = file.headings[index]
        keys[index] = wishes.mapping.get(heading) or key_for(heading)
        is_key = wishes.key in {keys[index], heading}
        kind = wishes.added.get(heading) or ("text" if is_key else None)
        guesses[index] = ColumnGuess(heading, kind)
    for row in file.rows():
        for index, guess in guesses.items():
            if index < len(row.cells) and (text := row.cells[index].strip()):
                guess.see(text)
    problems = [
        f"the key {key} is taken; map the column to another"
        for key in sorted({*keys.values()})
        if key in known or [*keys.values()].count(key) > 1
    ]
    added = {}
    for index, guess in guesses.items():
        try:
            added[index] = guess.attribute(keys[index])
        except ColumnKindError as error:
            problems.append(str(error))
    if problems:
        raise ColumnsError(problems)
    return added


def _key_index(found: Sequence[str | None], key: str, headings: Sequence[str]) -> int:
    if key not in found and key in headings:
        index = headings.index(key)
        if found[index] != NOTHING:
            return index
    if key not in found and (key in TOLD or key == "tags"):
        raise ColumnsError([_no_key(key)])
    if key not in found:
        mend = f'say --map "HEADING={key}" with one of {", ".join(headings)}'
        raise ColumnsError([f"no column holds the key {key}; {mend}"])
    return found.index(key)


def _key(name: str, known: Mapping[str, Attribute]) -> Key:
    if name in _KEYS:
        return _KEYS[name]()
    attribute = known.get(name)
    if attribute is None or attribute.stored != "text":
        raise ColumnsError([_no_key(name)])
    return AttributeKey(attribute)


def _no_key(name: str) -> str:
    return f"{name} cannot be a key; choose {', '.join(_KEYS)} or an attribute that is a text"
