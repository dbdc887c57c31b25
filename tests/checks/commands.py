"""Every command that a document names exists: ``./run …``, ``enishi …`` and their options."""

import re
import shlex
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import cli
from tests.checks import files
from tests.checks.model import Problems

_BLOCK: Final = re.compile(r"^```(?:\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"`((?:\./run|enishi)(?: [^`\n]+)?)`")
_CASE: Final = re.compile(r"^  ([a-z][a-z |]*)\)", re.MULTILINE)
_SETTING: Final = re.compile(r"^[A-Z_]+=\S*$")
#: How documents start the command inside the environment.
_STARTS: Final = (["./run", "enishi"], ["enishi"], ["python", "-m", "bot"])


def named_commands() -> Problems:
    """Every command in the code of a document can be run."""
    places = [(path, files.read(path)) for path in files.documents()]
    return [
        f"{path}: `{command}`: {trouble}"
        for path, text in places
        for command in commands(text)
        if (trouble := trouble_with(command.strip().removeprefix("exec ")))
    ] + [
        f"Procfile: {line}: {trouble}"
        for line in files.read(Path("Procfile")).splitlines()
        for command in line.partition(":")[2].split("&&")
        if (trouble := trouble_with(command.strip().removeprefix("exec ")))
    ]


def commands(markdown: str) -> Iterator[str]:
    """Yield the project's commands in code blocks and in code within sentences."""
    for block in _BLOCK.findall(markdown):
        for line in block.splitlines():
            command = line.strip().removeprefix("$ ")
            if re.match(r"(?:[A-Z_]+=\S* )*(?:\./run|enishi)(?: |$)", command):
                yield command
    yield from _INLINE.findall(_BLOCK.sub("", markdown))


def trouble_with(command: str) -> str | None:
    """Say what is wrong with a command, None when it can be run."""
    words = shlex.split(command.replace("…", ""), comments=True)
    while words and _SETTING.match(words[0]):
        words = words[1:]
    for start in _STARTS:
        if words[: len(start)] == start:
            return _in_tree(words[len(start) :])
    if words[:1] == ["./run"] and words[1:]:
        return None if words[1] in _of_run() else f"./run has no {words[1]}"
    return None


@cache
def _of_run() -> frozenset[str]:
    names = "|".join(_CASE.findall(files.read(Path("run"))))
    return frozenset(name.strip() for name in names.split("|"))


def _in_tree(words: list[str]) -> str | None:
    command = get_command(cli)
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return _unknown(words[0], command.commands)
        command, words = command.commands[words[0]], words[1:]
    if command.context_settings.get("ignore_unknown_options"):
        return None  # a bench names its own options
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    wrong = [word for word in words if word.startswith("--") and word.split("=")[0] not in options]
    return f"there is no option {wrong[0]}" if wrong else None


def _unknown(word: str, known: Iterable[str]) -> str | None:
    # What is not a plain word, such as NAME or a list with dots between, stands for one of them.
    if not re.fullmatch(r"[a-z][a-z-]*", word):
        return None
    return f"there is no {word} among {', '.join(sorted(known))}"
