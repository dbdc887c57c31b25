"""Somebody who edits the account's files and types commands."""

from pathlib import Path

from typer.testing import CliRunner, Result

from bot.cli.content import commands

SHOE = "  - {key: shoe_size, kind: number, label: {ja: 靴のサイズ, en: Shoe size}}\n"
BIG_FEET = """\
key: big_feet
name: 足の大きな友だち
rule: {field: attribute.shoe_size, op: ">=", value: 28}
"""


class Desk:
    """A folder of definitions, and a command line."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder = folder
        self._runner = CliRunner(env={"DATABASE_URL": database_url})

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, "utf-8")

    def add(self, path: str, text: str) -> None:
        with (self.folder / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def run(self, *words: str) -> Result:
        return self._runner.invoke(commands, words)

    def plan(self, *words: str) -> Result:
        return self.run("plan", str(self.folder), *words)

    def apply(self, *words: str, redis_url: str | None = None) -> Result:
        env = {} if redis_url is None else {"REDIS_URL": redis_url}
        asked = ("apply", "--yes", str(self.folder), *words)
        return self._runner.invoke(commands, asked, env=env)

    def export(self, name: str = "export") -> dict[str, str]:
        """Export into a folder beside; return its files."""
        target = self.folder.parent / name
        done = self.run("export", str(target))
        assert done.exit_code == 0, done.output
        return {
            str(file.relative_to(target)): file.read_text("utf-8")
            for file in sorted(target.rglob("*.yaml"))
        }
