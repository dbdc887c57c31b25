"""What docs/people.md shows can be done as it stands there."""

import pytest

from bot.content.yaml_source import Source
from bot.people.definition import AttributesFile
from bot.people.tags import TagsFile
from tests.checks.files import ROOT
from tests.people.samples import every_kind

MANUAL = (ROOT / "docs" / "people.md").read_text("utf-8")
ROWS = dict(line.strip("| ").split("` | ", 1) for line in MANUAL.splitlines() if "` | " in line)
WRITTEN = {
    kind.strip("`"): row.partition(" | ")[0].partition("; `")[0].split(" · ")
    for kind, row in ROWS.items()
}


def test_the_files_of_the_manual_are_read() -> None:
    attributes, tags = (part.split("```")[0] for part in MANUAL.split("```yaml\n")[1:])
    kinds = [each.kind for each in Source(attributes, name="a").parse(AttributesFile).attributes]
    assert kinds == ["text", "number", "choice"]
    assert [each.key for each in Source(tags, name="t").parse(TagsFile).tags] == ["terrace"]


def test_every_kind_has_its_row() -> None:
    assert set(WRITTEN) == set(every_kind())


@pytest.mark.parametrize(
    "kind", ["date", "boolean", "postal_code", "prefecture", "phone", "email"]
)
def test_what_the_manual_says_people_write_is_read(kind: str) -> None:
    for written in WRITTEN[kind]:
        every_kind()[kind].parse(written)
