"""Comparing the pictures of a folder with those of the account, and looking at what is new.

definitions + richmenus/photos/…, richmenus/given/… + rich_menu_pictures -> Compared
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.content import RICH_MENUS
from bot.content.folder import Reading
from bot.content.model import Document, Kind
from bot.content.yaml_source import Problem
from bot.definitions.fate import Fate, Step
from bot.definitions.pictures import FOLDER, PictureStep, path_of
from richmenus.definition import GIVEN, Menu
from richmenus.findings import Severity
from richmenus.lint import areas_of, lint
from richmenus.pictures import Kept, Named, Origin
from richmenus.version import digest_of

_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg"})
#: What was drawn for files that are published by themselves is kept there.
_DRAWN: Final = "images"
#: Larger files are not read: no picture of a menu is.
_MOST_BYTES: Final = 30_000_000
_TOO_LARGE: Final = "is larger than any picture of a menu; make it lighter"


@dataclass(slots=True)
class Compared:
    """The pictures of a folder against those of the account."""

    steps: list[PictureStep] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: What eyes should look at.
    looks: list[str] = field(default_factory=list)
    #: Pictures that no menu names.
    ignored: list[str] = field(default_factory=list)


def compare(
    folder: Path,
    steps: Sequence[Step],
    menus: Mapping[str, Menu],
    kept: Mapping[Named, Kept],
    wanted: Reading,
    *,
    prune: bool,
) -> Compared:
    """Compare the pictures of a folder with those of the account.

    Args:
        folder: with ``richmenus`` in it, or not.
        steps: of the definitions.
        menus: those that could be read, by key.
        kept: the pictures of the account.
        wanted: what stands in the folder.
        prune: whether what is not in the folder goes.
    """
    of_menus = [step for step in steps if step.document.kind is Kind.RICH_MENU]
    compared = _Comparison(folder / FOLDER, of_menus, menus, kept, wanted, prune=prune)
    compared.of_files()
    compared.by_hand()
    return compared.found


@dataclass(slots=True)
class _Comparison:
    folder: Path
    steps: Sequence[Step]
    menus: Mapping[str, Menu]
    kept: Mapping[Named, Kept]
    wanted: Reading
    prune: bool = field(kw_only=True)
    found: Compared = field(default_factory=Compared)
    #: What was read of the folder, by path below it; None: it could not be.
    read: dict[str, bytes | None] = field(default_factory=dict)

    def of_files(self) -> None:
        """Compare the pictures that definitions name."""
        here = {each.key for each in self.wanted.documents if each.kind is Kind.RICH_MENU}
        named: dict[str, bytes | None] = {}
        for step in self.steps:
            menu = self.menus.get(step.document.key)
            if menu is None or menu.image is None or step.fate is Fate.REMOVED:
                continue
            if step.document.key in here:
                named[menu.image] = self._of_definition(step, menu)
            else:
                named.setdefault(menu.image, self._shipped(menu.image))
        for name, data in named.items():
            self._put((Origin.FILE, name), f"{FOLDER}/{name}", data)
        for (origin, name), one in self.kept.items():
            if origin is Origin.FILE and name not in named:
                self._gone((origin, name), one)
        if Kind.RICH_MENU in self.wanted.kinds:
            self.found.ignored += self._unnamed(named)

    def by_hand(self) -> None:
        """Compare the pictures that were given by hand."""
        stays = {step.document.key for step in self.steps if step.fate is not Fate.REMOVED}
        given = self._given(stays)
        for key, path in given.items():
            name = f"{GIVEN}/{path.name}"
            data, menu = self._data(name), self.menus.get(key)
            if data is None:
                self._refuse(path, _TOO_LARGE)
            elif menu is not None:
                for what in self._mistakes(name, menu, data):
                    self._refuse(path, what)
            self._put((Origin.GIVEN, key), f"{FOLDER}/{name}", data)
        is_spoken_of = Kind.RICH_MENU in self.wanted.kinds
        for (origin, name), one in self.kept.items():
            if origin is not Origin.GIVEN or name in given:
                continue
            if name not in stays or (self.prune and is_spoken_of):
                self._gone((origin, name), one)
            elif is_spoken_of:
                path_there = path_of((origin, name), one.content_type)
                self.found.steps.append(PictureStep(Fate.KEPT, (origin, name), path_there))

    def _given(self, stays: Collection[str]) -> dict[str, Path]:
        """Return the files of what was given by hand, by the keys of their menus."""
        given: dict[str, Path] = {}
        for path in sorted((self.folder / GIVEN).glob("*")):
            if path.suffix.lower() not in _SUFFIXES:
                self.found.ignored.append(f"{FOLDER}/{GIVEN}/{path.name}")
            elif path.stem not in stays:
                known = ", ".join(sorted(stays))
                self._refuse(path, f"there is no menu {path.stem}; name it like one of: {known}")
            elif path.stem in given:
                other = given[path.stem].name
                self._refuse(path, f"{other} is for the same menu; remove one of them")
            else:
                given[path.stem] = path
        return given

    def _of_definition(self, step: Step, menu: Menu) -> bytes | None:
        """Read and look at the picture that a definition of the folder names."""
        image, document = str(menu.image), step.document
        data = self._data(image)
        if data is None:
            is_there = (self.folder / image).is_file()
            file = Path(document.path or "").name
            missing = f"there is no file {image} beside {file}; correct the path"
            self._refuse_at(document, f"{image} {_TOO_LARGE}" if is_there else missing)
            return None
        one = self.kept.get((Origin.FILE, image))
        is_as_it_was = one is not None and one.digest == digest_of(data)
        if step.fate is not Fate.UNCHANGED or not is_as_it_was:
            for what in self._mistakes(image, menu, data):
                self._refuse_at(document, f"{image} {what}")
        return data

    def _mistakes(self, name: str, menu: Menu, data: bytes) -> Iterator[str]:
        """List what LINE would refuse; what only eyes can judge is noted by the way."""
        areas = areas_of(menu.as_line(""))
        for finding in lint(data, areas, size=menu.pixels, name=name):
            if finding.severity is Severity.ERROR:
                yield str(finding)
            else:
                self.found.looks.append(f"{FOLDER}/{name}: {finding}")

    def _data(self, name: str) -> bytes | None:
        if name not in self.read:
            path = self.folder / name
            is_fit = path.is_file() and path.stat().st_size <= _MOST_BYTES
            self.read[name] = path.read_bytes() if is_fit else None
        return self.read[name]

    def _shipped(self, name: str) -> bytes | None:
        """Return the picture of a menu of the sample, which is about to become the account's."""
        path = RICH_MENUS / name
        is_sample = (Origin.FILE, name) not in self.kept and path.is_file()
        return path.read_bytes() if is_sample else None

    def _put(self, named: Named, path: str, data: bytes | None) -> None:
        one = self.kept.get(named)
        if data is None or (one is not None and one.digest == digest_of(data)):
            return
        fate = Fate.ADDED if one is None else Fate.CHANGED
        before = None if one is None else one.digest
        self.found.steps.append(PictureStep(fate, named, path, data, before))

    def _gone(self, named: Named, one: Kept) -> None:
        path = path_of(named, one.content_type)
        self.found.steps.append(PictureStep(Fate.REMOVED, named, path, before=one.digest))

    def _unnamed(self, named: Mapping[str, bytes | None]) -> Iterator[str]:
        for path in sorted(self.folder.rglob("*")):
            below = path.relative_to(self.folder)
            is_ours = str(below) in named or below.parts[0] in {GIVEN, _DRAWN}
            if path.suffix.lower() in _SUFFIXES and not is_ours:
                yield f"{FOLDER}/{below}"

    def _refuse_at(self, document: Document, what: str) -> None:
        self.found.problems.append(document.source.problem((*document.at, "image"), what))

    def _refuse(self, path: Path, what: str) -> None:
        root = Path.cwd()
        name = path.relative_to(root) if path.is_relative_to(root) else path
        self.found.problems.append(Problem(str(name), 1, 1, "", what))
