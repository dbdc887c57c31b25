"""Names: modules say what is in them, and no file says where packages are fetched from."""

import re
from typing import Final

from tests.checks import files
from tests.checks.model import Problems

FORBIDDEN: Final = frozenset({"utils", "util", "helpers", "helper", "manager", "common", "misc"})
_CODE: Final = ("bot", "handlers", "richmenus", "flex_templates", "tests")
#: Whoever installs brings their own index; brackets keep the pattern from finding itself.
REGISTRY: Final = re.compile(
    r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|registry[.]yarnpkg|npmmirror[.]com"
    r"|proxy[.]golang|(?:deb|security)[.]debian[.]org|archive[.]ubuntu|ghcr[.]io|quay[.]io"
    r"|docker[.]io/|/releases/down[l]oad/|--(?:extra-)?index-url[ =]|--find-links[ =]"
    r"|https?://[^\s\"'`)]+[.](?:whl|tar[.]gz|tgz|zip|deb)\b"
)


def module_names() -> Problems:
    """No module or package has a name that fits everything."""
    return [
        f"{path}: {part} says nothing of what is inside"
        for path in files.python_files(*_CODE)
        for part in path.with_suffix("").parts
        if part in FORBIDDEN
    ]


def no_registries() -> Problems:
    """No tracked file names a package registry or a download."""
    return [
        f"{path}:{number}: {match.group()}"
        for path, text in files.text_files()
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := REGISTRY.search(line))
    ]
