"""``./run check``: everything but the tests.

./run check [NAME…]    all checks, or those named; --list says which there are

One line a check, with its time; a check that fails lists every problem and how to mend it.
"""

import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tests.checks import (
    architecture,
    catalogues,
    commands,
    content,
    links,
    locks,
    names,
    places,
    postbacks,
    reference,
    schemas,
    tools,
)
from tests.checks.model import Check, Problems

#: The slow ones first, so that the others run beside them.
CHECKS: Final = (
    Check(
        name="types", run=tools.mypy, mend="Mend the types; never silence one without a reason."
    ),
    Check(name="format", run=tools.ruff_format, mend=".venv/bin/ruff format . does it."),
    Check(
        name="lint", run=tools.ruff_check, mend=".venv/bin/ruff check --fix . mends some of it."
    ),
    Check(
        name="imports",
        run=tools.import_contracts,
        mend="Turn the import round, or say in pyproject.toml why the direction is another.",
    ),
    Check(
        name="architecture",
        run=architecture.rules,
        mend="Keep the rule, or name an exception and its reason in tests/checks/architecture.py.",
    ),
    Check(name="sizes", run=architecture.sizes, mend="Split by noun."),
    Check(name="names", run=names.module_names, mend="Name the module by what is in it."),
    Check(
        name="templates",
        run=content.templates,
        mend="Look at what changed; .venv/bin/python -m tests.golden.bubbles writes the files.",
    ),
    Check(name="content", run=content.definitions, mend="Correct the YAML file that is named."),
    Check(
        name="schemas",
        run=schemas.current,
        mend=".venv/bin/python -m bot content schema --out docs/schemas writes them.",
    ),
    Check(
        name="api",
        run=schemas.api,
        mend=".venv/bin/python -m bot api document --out docs/api/openapi.json writes it.",
    ),
    Check(
        name="catalogues",
        run=catalogues.complete,
        mend=".venv/bin/python -m tests.catalogues writes them and names what to fill in.",
    ),
    Check(
        name="postbacks",
        run=postbacks.catalogue,
        mend="Buttons are append-only: keep the old payload, add a new action, list its data.",
    ),
    Check(name="links", run=links.dead_links, mend="Correct the link or the heading."),
    Check(name="places", run=places.named_places, mend="Correct the document."),
    Check(
        name="pictures",
        run=places.unseen_pictures,
        mend="Show it, such as in docs/screens.md, or take it away.",
    ),
    Check(
        name="commands",
        run=commands.named_commands,
        mend="Correct the document, or bring the command back.",
    ),
    Check(
        name="settings",
        run=reference.settings,
        mend="List each setting in README.md, README.ja.md and .env.example.",
    ),
    Check(
        name="packages",
        run=reference.packages,
        mend="Give each package its line in ARCHITECTURE.md.",
    ),
    Check(name="metrics", run=reference.metrics, mend="List each metric in docs/operations.md."),
    Check(
        name="locks",
        run=locks.agreement,
        mend="Make the locks again; CONTRIBUTING.md has the two commands.",
    ),
    Check(
        name="registries",
        run=names.no_registries,
        mend="Whoever installs brings their own index: take the address out.",
    ),
)


def main(arguments: list[str]) -> int:
    """Run the checks; 0 when all is well, 1 when something is not, 2 when asked wrongly."""
    known = {check.name: check for check in CHECKS}
    if arguments == ["--list"]:
        print("\n".join(known))
        return 0
    if unknown := [name for name in arguments if name not in known]:
        print(f"There is no check {unknown[0]}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    chosen = [known[name] for name in arguments] or list(CHECKS)
    started = time.perf_counter()
    with ThreadPoolExecutor() as pool:
        running = [(check, pool.submit(_timed, check)) for check in chosen]
        failed = sum(_told(check, *future.result()) for check, future in running)
    seconds = time.perf_counter() - started
    well = len(chosen) - failed
    print(f"{well} of {len(chosen)} checks are well, in {seconds:.1f} s.")
    return 1 if failed else 0


def _timed(check: Check) -> tuple[Problems, float]:
    started = time.perf_counter()
    try:
        problems = check.run()
    except OSError as error:
        problems = [str(error)]
    except Exception:  # noqa: BLE001 - a check that cannot run is a failed check, and says why
        problems = traceback.format_exc().splitlines()
    return problems, time.perf_counter() - started


def _told(check: Check, problems: Problems, seconds: float) -> bool:
    mark = "MEND" if problems else "ok"
    print(f"{mark:4} {check.name:12} {seconds:5.1f} s", flush=True)
    for problem in problems:
        print(f"     {problem}")
    if problems:
        print(f"     -> {check.mend}", flush=True)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
