"""Definitions read against each other: surveys name attributes, segments ask of both, and so on.

    documents -> build -> Built: what can be used, and every problem with its line and mend

One that cannot be read is left out, and what names it is not blamed: the author learns of each
mistake once.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from pydantic import TypeAdapter

from bot.actions.handing import no_campaign
from bot.actions.performing import no_menu, performers
from bot.actions.surveys import listed
from bot.content.actions import IssueCoupon, SwitchMenu
from bot.content.model import Document, Kind
from bot.content.yaml_source import ContentError, Problem
from bot.definitions.model import Built, Contents
from bot.menus import fitting as unanswered
from bot.menus.rules import Rules
from bot.people.bilingual import Bilingual
from bot.people.definition import ATTRIBUTE, Attribute, Definitions, misuse
from bot.people.service import People
from bot.people.tags import Tag, Tags
from bot.people.vocabulary import Vocabulary
from bot.people.written import folded
from bot.segments.facts import FactReader
from bot.segments.fields import catalogue
from bot.segments.model import Segment
from bot.segments.service import Segments
from bot.surveys import definition as surveys
from bot.surveys import fitting
from bot.surveys.definition import Survey
from richmenus.definition import Menu, lost_tabs, misnamed

_TAG: Final = TypeAdapter(Tag)
_SEGMENT: Final = TypeAdapter(Segment)
_MENU: Final = TypeAdapter(Menu)
_RULES: Final = TypeAdapter(Rules)
_PLACED: Final = re.compile(r"(.*?):(\d+):(\d+): (.*)", re.DOTALL)
_NAMED: Final = re.compile(r"there is no (attribute|tag|survey) (\w+);")
#: Fields that segments can ask of, and the kinds they come from.
_ASKED: Final = {"attribute": Kind.ATTRIBUTE, "survey": Kind.SURVEY, "tag": Kind.TAG}
#: Fields that are made of an attribute.
_MADE_OF: Final = {"age": "birth_date"}


def build(
    documents: Iterable[Document],
    *,
    campaigns: Collection[str] | None = None,
    unread: Collection[Kind] = (),
    unread_menus: Collection[str] = (),
) -> Built:
    """Read definitions against each other.

    Args:
        documents: all of the account, in the order of screens.
        campaigns: the keys of its coupons; None: actions may name any.
        unread: kinds of which some could not be read at all.
        unread_menus: keys of rich menus that are there, and are not among the documents.
    """
    return _Building(documents, campaigns, unread, unread_menus).built()


class _Building:
    def __init__(
        self,
        documents: Iterable[Document],
        campaigns: Collection[str] | None,
        unread: Collection[Kind],
        unread_menus: Collection[str],
    ) -> None:
        self._documents = list(documents)
        self._campaigns = campaigns
        self._unread = set(unread)
        self._menus = self._named(unread_menus)
        self._problems: list[Problem] = []
        self._broken: list[Document] = []
        self._lost: list[Document] = []
        self._taken: dict[tuple[Kind, str], Document] = {}

    def built(self) -> Built:
        attributes = Definitions(self._attributes())
        tags = Tags(self._tags())
        vocabulary = Vocabulary(attributes, tags)
        asked = dict(self._surveys(vocabulary))
        segments = self._segments(vocabulary, asked)
        menus = dict(self._rich_menus(attributes, asked))
        rules = self._rules(segments)
        contents = None
        if rules is not None:
            unread = frozenset((self._menus or set()) - menus.keys())
            contents = Contents(attributes, tags, asked, segments, menus, unread, rules)
        return Built(
            contents, menus, tuple(self._problems), tuple(self._broken), tuple(self._lost)
        )

    def _attributes(self) -> Iterator[Attribute]:
        for document in self._of(Kind.ATTRIBUTE):
            attribute = self._parsed(document, ATTRIBUTE)
            if attribute is None:
                continue
            if what := misuse(attribute):
                self._refuse(document, [(("key",), what)])
                continue
            yield attribute

    def _tags(self) -> Iterator[Tag]:
        owners: dict[str, str] = {}
        for document in self._of(Kind.TAG):
            tag = self._parsed(document, _TAG)
            if tag is None:
                continue
            names = {"key": tag.key, "label.ja": tag.label.ja, "label.en": tag.label.en}
            clashes = [
                (tuple(at.split(".")), f"{name} stands for tag {owner}, too; make each its own")
                for at, name in names.items()
                if (owner := owners.setdefault(folded(name), tag.key)) != tag.key
            ]
            if clashes:
                self._refuse(document, clashes)
                continue
            yield tag

    def _surveys(self, vocabulary: Vocabulary) -> Iterator[tuple[str, Survey]]:
        attributes = vocabulary.attributes
        unknown = self._unknown(Kind.ATTRIBUTE)
        for document in self._of(Kind.SURVEY):
            try:
                survey = surveys.parse(document.source)
            except ContentError as error:
                named = _names_unknown(document.values, attributes, unknown)
                places = (document.source.problem(at, what) for at, what in named)
                self._fail(document, [*error.problems, *places])
                continue
            said = [
                *fitting.problems(survey, attributes),
                *_lacks(survey, vocabulary, self._menus, self._campaigns),
            ]
            if said:
                self._fail(document, [_placed(one) for one in said])
                continue
            yield survey.key, survey

    def _segments(self, vocabulary: Vocabulary, asked: Mapping[str, Survey]) -> Segments:
        fields = catalogue(
            vocabulary,
            surveys=asked,
            menus={key: Bilingual.same(name) for key, name in sorted(self._titles().items())},
            default_menu=self._default(),
        )
        found = {}
        for document in self._of(Kind.SEGMENT):
            segment = self._parsed(document, _SEGMENT, catalogue=fields)
            if segment is not None:
                found[segment.key] = segment
        return Segments(found, fields, FactReader(tuple(asked)))

    def _rich_menus(
        self, attributes: Definitions, asked: Mapping[str, Survey]
    ) -> Iterator[tuple[str, Menu]]:
        """List the menus that can be read, those included whose taps name what is not there."""
        for document in self._of(Kind.RICH_MENU):
            menu: Menu | None = self._parsed(document, _MENU)
            if menu is None:
                continue
            yield menu.key, menu
            mistakes = [
                *(misnamed(menu, document.path) if document.path is not None else ()),
                *(lost_tabs(menu, self._menus) if self._menus is not None else ()),
                *unanswered.mistakes(menu, attributes, asked),
            ]
            told = [document.source.problem(*each) for each in mistakes]
            self._problems += [each for each in told if not self._names_broken(each)]

    def _rules(self, segments: Segments) -> Rules | None:
        for document in self._of(Kind.MENUS):
            context = {"catalogue": segments.catalogue, "segments": segments}
            rules: Rules | None = self._parsed(document, _RULES, menus=self._menus, **context)
            return rules
        return None

    def _of(self, kind: Kind) -> Iterator[Document]:
        """List the documents of a kind, each key once."""
        for document in self._documents:
            if document.kind is not kind:
                continue
            first = self._taken.setdefault((kind, document.key), document)
            if first is not document and document.key != "?":
                place = str(first.source.problem((*first.at, "key"), "")).rpartition(":")[0]
                what = f"{document.key} is defined in {place}, too; make each its own"
                self._refuse(document, [(("key",), what)])
                continue
            yield document

    def _parsed(self, document: Document, model: TypeAdapter[Any], **context: object) -> Any:
        try:
            return document.source.parse(model, document.at, **context)
        except ContentError as error:
            self._fail(document, error.problems)
            return None

    def _refuse(self, document: Document, mistakes: Sequence[tuple[tuple[Any, ...], str]]) -> None:
        problems = [document.source.problem((*document.at, *at), what) for at, what in mistakes]
        self._fail(document, problems)

    def _fail(self, document: Document, problems: Sequence[Problem]) -> None:
        told = [each for each in problems if not self._is_echo(document, each)]
        (self._broken if told else self._lost).append(document)
        self._problems += told

    def _is_echo(self, document: Document, problem: Problem) -> bool:
        """Whether it only says that something is missing whose own mistake is told already."""
        if self._names_broken(problem):
            return True
        here: Any = document.source.values
        for step in problem.field.split("."):
            if isinstance(here, dict) and self._asks_unknown(here):
                return True
            try:
                here = here[int(step)] if isinstance(here, list) else here[step]
            except (KeyError, IndexError, ValueError, TypeError):
                return False
        return False

    def _asks_unknown(self, condition: Mapping[str, Any]) -> bool:
        field, segment = condition.get("field"), condition.get("segment")
        if isinstance(segment, str):
            return _is_in(segment, self._unknown(Kind.SEGMENT))
        if not isinstance(field, str):
            return False
        field = f"attribute.{_MADE_OF[field]}" if field in _MADE_OF else field
        root, _, rest = field.partition(".")
        if root == "tag":
            values = condition.get("value")
            named = values if isinstance(values, list) else [values]
            return any(_is_in(name, self._unknown(Kind.TAG)) for name in named)
        kind = _ASKED.get(root)
        return kind is not None and _is_in(rest.partition(".")[0], self._unknown(kind))

    def _names_broken(self, problem: Problem) -> bool:
        kinds = {"attribute": Kind.ATTRIBUTE, "tag": Kind.TAG, "survey": Kind.SURVEY}
        named = _NAMED.search(problem.message)
        return named is not None and _is_in(named[2], self._unknown(kinds[named[1]]))

    def _unknown(self, kind: Kind) -> Collection[str] | None:
        """Return the keys of a kind whose definitions are broken; None: it may be any."""
        every = (*self._broken, *self._lost)
        broken = {document.key for document in every if document.kind is kind}
        return None if kind in self._unread or "?" in broken else broken

    def _named(self, others: Collection[str]) -> set[str] | None:
        """Return the keys of the rich menus, whether they can be read or not; None: any."""
        keys = {each.key for each in self._documents if each.kind is Kind.RICH_MENU}
        return None if Kind.RICH_MENU in self._unread or "?" in keys else keys | set(others)

    def _default(self) -> str:
        for document in self._documents:
            if document.kind is Kind.MENUS and isinstance(document.values, dict):
                return str(document.values.get("default", ""))
        return ""

    def _titles(self) -> dict[str, str]:
        """Return what the menus are called, by key; they are read after the segments that ask."""
        titles = {key: key for key in self._shown() | (self._menus or set())}
        for document in self._documents:
            if document.kind is Kind.RICH_MENU and isinstance(document.values, dict):
                titles[document.key] = str(document.values.get("title") or document.key)
        return titles

    def _shown(self) -> set[str]:
        """Return the menus that the rules name."""
        shown = {self._default()}
        for document in self._documents:
            if document.kind is Kind.MENUS and isinstance(document.values, dict):
                rules = document.values.get("rules")
                for rule in rules if isinstance(rules, list) else ():
                    shown.add(str(rule.get("menu", "")) if isinstance(rule, dict) else "")
        return shown - {""}


def _lacks(
    survey: Survey,
    vocabulary: Vocabulary,
    menus: Collection[str] | None,
    campaigns: Collection[str] | None,
) -> Iterator[str]:
    """List what the survey's actions name and nobody has defined."""
    nobody = cast("Any", None)  # carrying an action out needs more than saying what it lacks
    able = performers(People(vocabulary), nobody, nobody)
    for item in listed([survey]):
        action = item.action
        if isinstance(action, IssueCoupon) and campaigns is not None:
            if action.campaign not in campaigns:
                yield f"{item.place}: {no_campaign(action.campaign, campaigns)}"
            continue
        if isinstance(action, SwitchMenu):
            if action.menu is not None and menus is not None and action.menu not in menus:
                yield f"{item.place}: {no_menu(action.menu, menus)}"
            continue
        lacks = getattr(able.get(item.action.do), "lacks", None)
        if lacks is not None and (what := lacks(item.action)):
            yield f"{item.place}: {what}"


def _placed(said: str) -> Problem:
    """Take a line apart that begins with where something stands."""
    found = _PLACED.fullmatch(said)
    if found is None:
        return Problem(said, 1, 1, "", "")
    file, line, column, what = found.groups()
    return Problem(file, int(line), int(column), "", what)


def _names_unknown(
    values: Any, attributes: Definitions, unknown: Collection[str] | None
) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Look for attributes that are none in a survey that has mistakes of its own."""
    questions = values.get("questions") if isinstance(values, dict) else None
    for index, question in enumerate(questions if isinstance(questions, list) else ()):
        key = question.get("attribute") if isinstance(question, dict) else None
        if isinstance(key, str) and key not in attributes and not _is_in(key, unknown):
            what = f"there is no attribute {key}; define it in attributes.yaml"
            yield ("questions", index, "attribute"), what


def _is_in(name: object, keys: Collection[str] | None) -> bool:
    return keys is None or name in keys
