"""What a folder of definitions would change of the account, and doing it.

folder -> read -> plan (differences, problems) -> apply: one transaction, all of it or nothing
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content
from bot.content import folder, stored
from bot.content.model import Document, Kind
from bot.content.stored import Stored
from bot.content.yaml_source import ContentError, Problem
from bot.definitions.building import build
from bot.definitions.difference import differences
from bot.definitions.fate import Fate, Step
from bot.definitions.model import Contents
from bot.definitions.pictures import PictureStep, changes_of, keep
from bot.definitions.pictures_compared import compare
from bot.errors import SetupError
from bot.surveys import versions
from richmenus import pictures
from richmenus.dressing import Changes
from richmenus.pictures import Kept, Named
from richmenus.recipe import recipe

#: Whoever applies a folder.
SOURCE: Final = "content"


class ChangedMeanwhileError(SetupError):
    """Somebody changed the account between the plan and its execution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a folder would change."""

    steps: Sequence[Step]
    #: The account as it is, and as it would be.
    before: Contents | None
    after: Contents
    #: Stands in no file, and is named by one all the same.
    warnings: Sequence[Problem]
    #: What eyes should look at in pictures, each with its place.
    looks: Sequence[str]
    #: Files of which only the comments or the order of things differ.
    reworded: Sequence[str]
    texts: Mapping[str, str]
    documents: Sequence[Document]
    pictures: Sequence[PictureStep]
    revision: int

    #: Files of the folder that hold none of the kinds.
    ignored: Sequence[str]
    #: Nothing was ever applied: until now the account is the program's sample.
    is_first: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do: the account is its own, and as the folder says."""
        still = {Fate.UNCHANGED, Fate.KEPT}
        is_same = {*self._of_pictures, *(step.fate for step in self.steps)} <= still
        return is_same and not self.reworded and not self.is_first

    @property
    def _of_pictures(self) -> set[Fate]:
        """What becomes of pictures."""
        return {step.fate for step in self.pictures}

    @property
    def has_other_menus(self) -> bool:
        """Whether rich menus or their pictures change."""
        still = {Fate.UNCHANGED, Fate.KEPT}
        return bool({*self._of_pictures, *(step.fate for step in self.of(Kind.RICH_MENU))} - still)

    @property
    def changes(self) -> Changes:
        """The pictures that change with it."""
        return changes_of(self.pictures)

    def of(self, kind: Kind) -> list[Step]:
        """List the steps of a kind."""
        return [step for step in self.steps if step.document.kind is kind]


def account(found: Stored) -> list[Document]:
    """List the account's definitions: what is stored, over the sample until a folder was applied.

    Raises:
        ContentError: the sample cannot be read.
    """
    if found.is_whole:
        return list(found.documents)
    sample = folder.sample()
    if sample.problems:
        raise ContentError(tuple(sample.problems))
    return merged(sample.documents, found.documents)


def merged(first: Sequence[Document], more: Sequence[Document]) -> list[Document]:
    """Join two lists; of two with one key the later wins, in the place of the earlier."""
    return list({(each.kind, each.key): each for each in (*first, *more)}.values())


async def plan(
    connection: AsyncConnection,
    path: Path,
    *,
    prune: bool = False,
    campaigns: Collection[str] | None = None,
) -> Plan:
    """Compare a folder with the account.

    Args:
        connection: reads only.
        path: the folder.
        prune: remove what is not in it; of the kinds it speaks of.
        campaigns: the keys of the coupons; None: they are not checked.

    Raises:
        ContentError: lists every mistake of all files.
    """
    wanted = folder.read(path)
    found = await stored.read(connection)
    known = account(found)
    if not wanted.kinds and not wanted.problems:
        raise SetupError(
            f"{path} holds no definitions; there should be attributes.yaml, surveys/, … in it"
        )
    comparison = _Comparison(wanted, found, known, prune=prune)
    kept = await pictures.kept(connection)
    return await asyncio.to_thread(comparison.plan, path, kept, campaigns)


@dataclass(slots=True)
class _Comparison:
    wanted: folder.Reading
    found: Stored
    known: Sequence[Document]
    prune: bool = field(kw_only=True)

    def plan(
        self, path: Path, kept: Mapping[Named, Kept], campaigns: Collection[str] | None
    ) -> Plan:
        left = [each for each in self.known if self._is_left(each)]
        goes = [each for each in left if self.prune and each.kind in self.wanted.kinds]
        stays = [each for each in left if each not in goes]
        documents = self._in_order(stays)
        built = build(documents, campaigns=campaigns, unread=self.wanted.unread)
        steps = [*self._steps(documents, stays), *(Step(Fate.REMOVED, each) for each in goes)]
        steps.sort(key=lambda step: list(Kind).index(step.document.kind))
        shown = compare(path, steps, built.menus, kept, self.wanted, prune=self.prune)
        problems = [*self.wanted.problems, *built.problems, *shown.problems]
        if problems or built.contents is None:
            raise ContentError(tuple(sorted(set(problems), key=lambda p: (p.file, p.line))))
        texts = {**self._texts(stays), **self.wanted.texts}
        return Plan(
            steps=steps,
            before=build(self.known).contents,
            after=built.contents,
            warnings=self._warnings(stays),
            looks=shown.looks,
            reworded=self._reworded(texts, steps),
            texts=texts,
            documents=documents,
            pictures=shown.steps,
            revision=self.found.revision,
            ignored=[*self.wanted.ignored, *shown.ignored],
            is_first=not self.found.is_whole,
        )

    def _is_left(self, document: Document) -> bool:
        return (document.kind, document.key) not in {
            (each.kind, each.key) for each in self.wanted.documents
        }

    def _in_order(self, stays: Sequence[Document]) -> list[Document]:
        every = [*self.wanted.documents, *stays]
        return [each for kind in Kind for each in every if each.kind is kind]

    def _texts(self, stays: Sequence[Document]) -> dict[str, str]:
        """Keep the words of files that the folder does not speak of."""
        texts = self.found.texts if self.found.is_whole else folder.sample().texts
        kept = {each.kind for each in stays} - self.wanted.kinds
        return {path: text for path, text in texts.items() if folder.kind_of(path) in kept}

    def _steps(self, documents: Sequence[Document], stays: Sequence[Document]) -> Iterator[Step]:
        before = {(each.kind, each.key): each for each in self.known}
        kept = {(each.kind, each.key) for each in stays}
        for document in documents:
            name = document.kind, document.key
            old = before.get(name)
            if name in kept:
                is_spoken_of = document.kind in self.wanted.kinds
                yield Step(Fate.KEPT if is_spoken_of else Fate.UNCHANGED, document)
            elif old is None:
                yield Step(Fate.ADDED, document)
            else:
                changed = tuple(differences(old.values, document.values))
                yield Step(Fate.CHANGED if changed else Fate.UNCHANGED, document, changed)

    def _warnings(self, stays: Sequence[Document]) -> Sequence[Problem]:
        """Find what the files name and only the account has."""
        spoken = [each for each in stays if each.kind not in self.wanted.kinds]
        alone = build(self._in_order(spoken))
        return alone.problems

    def _reworded(self, texts: Mapping[str, str], steps: Sequence[Step]) -> list[str]:
        if not self.found.is_whole:
            return []
        last = self.found.texts
        differ = {path for path in {*texts, *last} if texts.get(path) != last.get(path)}
        told = {step.document.kind for step in steps if step.fate is not Fate.UNCHANGED}
        return sorted(path for path in differ if folder.kind_of(path) not in told)


async def apply(connection: AsyncConnection, plan: Plan, *, now: datetime) -> None:
    """Do what a plan says, inside of the caller's transaction.

    Raises:
        ChangedMeanwhileError: the account is no longer the one that was compared.
    """
    if await stored.begin(connection, now=now) != plan.revision + 1:
        raise ChangedMeanwhileError(
            "The account was changed since it was compared.\n  Look at the plan again."
        )
    known = {(each.kind, each.key): each for each in (await stored.read(connection)).documents}
    for step in plan.steps:
        if step.fate is Fate.REMOVED:
            gone = step.document
            await stored.remove(connection, gone.kind, gone.key, source=SOURCE, now=now)
    positions = dict.fromkeys(Kind, 0)
    for each in plan.documents:
        position = positions[each.kind]
        positions[each.kind] += 1
        old = known.get((each.kind, each.key))
        if old is not None and not list(differences(old.values, each.values)):
            await stored.move(connection, each.kind, each.key, position)
            continue
        await stored.put(
            connection, each.kind, each.key, each.values, source=SOURCE, now=now, position=position
        )
    await keep(connection, plan.pictures, source=SOURCE, now=now)
    brand = content.account().brand
    drawn = [recipe(menu, brand) for menu in plan.after.menus.values()]
    await pictures.forget_drawn(connection, drawn)
    await stored.make_whole(connection, plan.texts)
    # Whoever is half way through a version that is replaced now finishes it.
    await versions.remember(connection, plan.after.surveys.values(), now)
