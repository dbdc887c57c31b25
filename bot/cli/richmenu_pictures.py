"""enishi richmenus lint, preview: the pictures, before anybody else sees them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from richmenus.findings import Finding
    from richmenus.version import Version

#: Larger files are not read: no picture of a menu is.
_MOST_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class _Linted:
    name: str
    #: The file of the picture; none: drawn by us.
    path: Path | None
    picture: bytes
    findings: "Sequence[Finding]"


def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Definitions or pictures; by default all of the account's menus."),
    ] = None,
    *,
    recompress: Annotated[
        bool, typer.Option("--recompress", help="Write a lighter file beside a too heavy one.")
    ] = False,
) -> None:
    """Look at pictures and areas as LINE, thumbs and eyes will; exits 1 on errors."""
    from richmenus.findings import Code, errors

    count = 0
    for one in _of_files(files) if files else _of_account():
        for finding in one.findings:
            print(f"{one.name}: {finding.severity.value}: {finding}")
        is_heavy = any(finding.code is Code.WEIGHT for finding in one.findings)
        if is_heavy and recompress and one.path is not None:
            print(f"{one.name}: {_lighter(one.path, one.picture)}")
        count += len(errors(one.findings))
        if not one.findings:
            print(f"{one.name}: in order")
    if count:
        raise typer.Exit(1)


def preview(
    key: Annotated[str, typer.Argument(help="The menu's key.")],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="By default KEY-preview.png.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Of a file, in the place of the account's.")
    ] = None,
) -> None:
    """Draw a menu with its areas, and what a tap on each does."""
    from bot.errors import SetupError
    from richmenus.lint import lint_version
    from richmenus.picture import PictureError
    from richmenus.preview import preview as draw

    version = _of_file(folder / f"{key}.yaml") if folder is not None else run(_described(key))[0]
    try:
        image = draw(version, lint_version(version))
    except PictureError as error:
        raise SetupError(f"{key}: its picture cannot be opened: {error}") from error
    target = output or Path(f"{key}-preview.png")
    image.save(target)
    print(target)


def _of_file(path: Path) -> "Version":
    from bot import content
    from bot.errors import SetupError
    from richmenus.definition import read
    from richmenus.version import version_of

    if not path.is_file():
        raise SetupError(f"There is no {path}")
    return version_of(read(path), folder=path.parent, brand=content.account().brand)


async def _described(key: str | None = None) -> "Sequence[Version]":
    """Return what the account's definitions describe: one menu, or all."""
    from bot import content
    from bot.cli.opened import defined, settings_here
    from bot.clock import utc_now
    from bot.errors import SetupError
    from bot.store import schema
    from bot.store.engine import open_engine
    from richmenus import dressing

    engine = open_engine(str(settings_here().database_url))
    try:
        await schema.require_current(engine)
        menus = (await defined(engine)).menus
        if key is not None and key not in menus:
            raise SetupError(f"There is no menu {key}; choose {', '.join(menus)}")
        wanted = menus.values() if key is None else [menus[key]]
        brand = content.account().brand
        return await dressing.versions(engine, wanted, brand, clock=utc_now)
    finally:
        await engine.dispose()


def _of_account() -> Iterator[_Linted]:
    from richmenus.lint import lint_version

    for version in run(_described()):
        yield _Linted(version.key, None, version.picture, lint_version(version))


def _of_files(files: Sequence[Path]) -> Iterator[_Linted]:
    for path in files:
        yield _of_definition(path) if path.suffix in {".yaml", ".yml"} else _of_picture(path)


def _of_definition(path: Path) -> _Linted:
    from bot import content
    from richmenus.definition import read
    from richmenus.lint import areas_of
    from richmenus.lint import lint as look
    from richmenus.version import version_of

    menu = read(path)
    version = version_of(menu, folder=path.parent, brand=content.account().brand)
    image = None if menu.image is None else path.parent / menu.image
    name = "" if image is None else image.name
    found = look(version.picture, areas_of(version.body), size=menu.pixels, name=name)
    return _Linted(path.name, image, version.picture, found)


def _of_picture(path: Path) -> _Linted:
    from bot.errors import SetupError
    from richmenus.findings import Code
    from richmenus.lint import lint as look

    if not path.is_file():
        raise SetupError(f"There is no {path}")
    if path.stat().st_size > _MOST_BYTES:
        raise SetupError(f"{path} is larger than any picture of a menu; nothing was read")
    picture = path.read_bytes()
    found = look(picture, (), name=path.name)
    found = [finding for finding in found if finding.code is not Code.NO_AREAS]
    return _Linted(path.name, path, picture, found)


def _lighter(path: Path, picture: bytes) -> str:
    from richmenus.picture import PictureError
    from richmenus.recompress import recompress

    try:
        done = recompress(picture)
    except (PictureError, ValueError) as error:
        return str(error)
    target = path.with_name(f"{path.stem}-light.{done.ending}")
    target.write_bytes(done.data)
    how = "without loss" if done.quality is None else f"as a JPEG of quality {done.quality}"
    return f"written lighter as {target}: {len(done.data):,} bytes, {how}"
