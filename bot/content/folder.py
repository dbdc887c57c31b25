"""A folder of YAML files as definitions.

    attributes.yaml, tags.yaml, surveys/, segments/, richmenus/, menus.yaml -> read -> Reading

A kind whose file or folder is absent is not spoken of. Whether the values mean anything is for
``bot.definitions`` to say; only what cannot be read at all is a problem here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.content import FOLDER, RICH_MENUS
from bot.content.model import PLACES, Document, Kind, Place
from bot.content.yaml_source import ContentError, Problem, Source


@dataclass(slots=True)
class Reading:
    """What stands in a folder."""

    documents: list[Document] = field(default_factory=list)
    #: The files' texts, by path below the folder.
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: The kinds that the folder speaks of.
    kinds: set[Kind] = field(default_factory=set)
    #: Of these some file could not be read, so that nobody knows which keys there are.
    unread: set[Kind] = field(default_factory=set)
    #: YAML files that hold none of the kinds: another command's, or a slip of the pen.
    ignored: list[str] = field(default_factory=list)


def read(folder: Path) -> Reading:
    """Read every definition of a folder."""
    reading = _read({place.kind: folder / place.path for place in PLACES})
    found = (file.relative_to(folder) for file in sorted(folder.rglob("*.y*ml")))
    reading.ignored = [str(path) for path in found if not _is_ours(path)]
    return reading


def sample() -> Reading:
    """Read the account that comes with the program."""
    paths = {place.kind: FOLDER / place.path for place in PLACES}
    return _read({**paths, Kind.RICH_MENU: RICH_MENUS})


def documents(place: Place, source: Source, path: str | None = None) -> Iterator[Document]:
    """List the definitions of a file.

    Raises:
        ContentError: the list it should hold is not there.
    """
    if place.list_name is None:
        key = _key(source.values) if place.is_folder else place.kind.value
        yield Document(place.kind, key or "?", source, (), path)
        return
    values = source.values
    items = values.get(place.list_name) if isinstance(values, dict) else None
    if not isinstance(items, list):
        what = f"write {place.list_name}: and a list below it"
        raise ContentError((source.problem((place.list_name,), what),))
    for index, item in enumerate(items):
        yield Document(place.kind, _key(item) or "?", source, (place.list_name, index), path)


def kind_of(path: str) -> Kind | None:
    """Return the kind that a file below a folder holds; None: it is no file of definitions."""
    top = path.partition("/")[0]
    return next((place.kind for place in PLACES if place.path == top), None)


def _is_ours(path: Path) -> bool:
    depth = {place.path: 2 if place.is_folder else 1 for place in PLACES}
    return path.suffix == ".yaml" and len(path.parts) == depth.get(path.parts[0])


def _read(paths: Mapping[Kind, Path]) -> Reading:
    reading = Reading()
    for place in PLACES:
        path = paths[place.kind]
        if not path.exists():
            continue
        reading.kinds.add(place.kind)
        if not place.is_folder:
            _read_file(reading, place, path, place.path)
            continue
        for file in sorted(path.glob("*.yaml")):
            _read_file(reading, place, file, f"{place.path}/{file.name}")
    return reading


def _read_file(reading: Reading, place: Place, file: Path, path: str) -> None:
    try:
        source = Source.open(file)
        found = list(documents(place, source, path))
    except ContentError as error:
        reading.problems += error.problems
        reading.unread.add(place.kind)
        return
    reading.texts[path] = source.text
    reading.documents += found
    if place.list_name is not None:
        others = [name for name in source.values if name != place.list_name]
        what = f"remove it, or check its spelling; only {place.list_name} stands here"
        reading.problems += [source.problem((name,), what) for name in others]


def _key(values: object) -> str | None:
    key = values.get("key") if isinstance(values, dict) else None
    return key if isinstance(key, str) else None
