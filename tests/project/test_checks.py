"""The checks of ``./run check`` find what they look for, and nothing else."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from bot.postbacks import PostbackData, ShowCard
from tests.checks import architecture, commands, links, locks, names, places, postbacks
from tests.checks.__main__ import CHECKS, main

SOURCE = Path("bot/surveys/service.py")


@pytest.mark.parametrize(
    "line",
    [
        "token = os.environ['LINE_CHANNEL_SECRET']",
        "token = os.getenv('LINE_CHANNEL_SECRET')",
        "now = datetime.now(UTC)",
        "now = time.time()",
        "connection.commit()",
        "def handle_message(): ...",
    ],
)
def test_a_broken_rule_of_the_architecture_is_found(line: str) -> None:
    (found,) = architecture.broken(SOURCE, f"import os\n{line}\n")
    assert found.startswith("bot/surveys/service.py:2: ")


@pytest.mark.parametrize(
    "line", ["now = clock.now()", "ticks = time.monotonic()", "path = os.sep"]
)
def test_what_only_looks_like_a_broken_rule_is_left_alone(line: str) -> None:
    assert list(architecture.broken(SOURCE, line)) == []


def test_an_exempt_module_may_do_what_it_is_for() -> None:
    assert list(architecture.broken(Path("bot/clock.py"), "now = datetime.now(UTC)")) == []


def test_links_are_found_outside_code() -> None:
    text = "[a](b.md#c) `[c](d.md)` ![e](f.png)\n```\n[g](h.md)\n```\n<img src='i.png'>\n[j]: k.md"
    assert set(links.targets(text)) == {"b.md#c", "f.png", "i.png", "k.md"}


def test_links_to_other_sites_are_not_followed() -> None:
    assert list(links.targets("[a](https://shop.example/) [b](mailto:mei@shop.example)")) == []


def test_headings_become_anchors_as_on_the_forges() -> None:
    text = "# Where do I put…?\n## `enishi db`\n## Two\n## Two\n### 試す\n```\n# no heading\n```\n"
    assert links.anchors(text) == {"where-do-i-put", "enishi-db", "two", "two-1", "試す"}


@pytest.mark.parametrize(
    "command",
    [
        "./run demo",
        "PORT=9000 ./run demo",
        "./run enishi db upgrade",
        "enishi inbox replay --all",
        "./run test tests/flows",
        "./run enishi bench survive --quick",
        "./run enishi --help",
        "enishi db NAME",
        "./run enishi …",
    ],
)
def test_commands_that_exist_are_taken(command: str) -> None:
    assert commands.trouble_with(command) is None


@pytest.mark.parametrize(
    "command", ["./run fly", "enishi fly", "enishi db fly", "./run enishi inbox replay --most"]
)
def test_commands_that_do_not_exist_are_found(command: str) -> None:
    assert commands.trouble_with(command)


def test_commands_are_read_from_blocks_and_from_sentences() -> None:
    text = "Say `enishi doctor` or:\n\n```sh\ncd enishi\n$ ./run demo   # starts it\n```\n"
    assert list(commands.commands(text)) == ["./run demo   # starts it", "enishi doctor"]


def test_a_lock_is_read_with_its_hashes() -> None:
    lock = "rich==15.0.0 \\\n    --hash=sha256:aa\nSome_Thing==1.2 ; sys_platform != 'win32'\n"
    assert list(locks.pins(lock)) == [
        locks.Pin("rich", "15.0.0", has_hash=True),
        locks.Pin("some-thing", "1.2", has_hash=False),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "see https://py" + "pi.org/simple",
        "--index" + "-url http://mirror",
        "https://a.example/x" + ".whl",
    ],
)
def test_a_package_registry_is_found(line: str) -> None:
    assert names.REGISTRY.search(line)


def test_addresses_of_pages_are_no_registries() -> None:
    assert not names.REGISTRY.search("https://shop.example/card/1.png https://api.line.me")


@dataclass(frozen=True, slots=True)
class _ShowCardAgain(PostbackData):
    action: ClassVar[str] = "card.show"


def test_a_button_is_listed_unique_and_never_given_up() -> None:
    assert list(postbacks.compare({"card.show": ["action=card.show"]}, [ShowCard])) == []
    assert "is missing" in next(postbacks.compare({}, [ShowCard]))
    assert "2 payloads" in next(
        postbacks.compare({"card.show": ["action=card.show"]}, [ShowCard, _ShowCardAgain])
    )
    assert "has no payload now" in next(postbacks.compare({"card.show": ["action=card.show"]}, []))


def test_a_button_that_decodes_no_more_is_found() -> None:
    assert "expected" in next(
        postbacks.compare({"card.show": ["action=card.show&x=1"]}, [ShowCard])
    )


def test_checks_have_names_of_their_own_and_say_the_mend() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.mend for check in CHECKS)


def test_a_check_that_does_not_exist_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    assert "There is no check fly" in capsys.readouterr().err


def test_a_check_tells_its_outcome_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["postbacks"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("ok   postbacks")
    assert last.startswith("1 of 1 checks are well")


@pytest.mark.parametrize(
    "named",
    [
        "`bot/surveys/none.py`",
        "`tests/project/test_checks.py::test_nothing`",
        "`test_nothing_of_the_kind`",
        "`bot.surveys.service.Nothing`",
        "`/console/nowhere`",
        "`POST /members/nothing`",
        "```sh\n.venv/bin/python -m tests.nothing.here\n```",
    ],
)
def test_places_that_are_not_there_are_found(named: str) -> None:
    assert list(places.troubles(Path("docs/api.md"), named))


def test_places_that_are_there_and_what_only_looks_like_one_are_taken() -> None:
    named = (
        "`bot/surveys/service.py` `static/js/shell.js` `schemas/survey.json` `2001:db8::/32` "
        "`test_places_that_are_not_there_are_found` `tests/checks` `bot.surveys.service` "
        "`tests.checks.places.troubles` `/console/talk?q=x` `/console/staff/{staff_id}` "
        "`POST /members/lookup` `PUT /v2/bot` python -m tests.checks"
    )
    assert list(places.troubles(Path("docs/console.md"), named)) == []
