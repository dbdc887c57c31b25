"""Checks of single properties: texts, numbers, enumerations, addresses, lists."""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias

from bot.emulator import limits
from bot.emulator.checks.counting import Count, utf16
from bot.emulator.checks.findings import At, Findings
from bot.emulator.errors import invalid_property

Node: TypeAlias = Mapping[str, Any]

EMPTY: Final = "May not be empty"
HTTPS: Final = "Must be a valid HTTPS URL"

_URI_BODY = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+"
_HTTPS_URL = re.compile(rf"https://{_URI_BODY}\Z", re.IGNORECASE)
_LINK = re.compile(rf"(?:https?://|line:|tel:){_URI_BODY}\Z", re.IGNORECASE)
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?\Z")
_ANY_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


def is_https(value: str) -> bool:
    """Tell whether a value is a percent-encoded https address."""
    return _HTTPS_URL.match(value) is not None


def is_link(value: str) -> bool:
    """Tell whether a value is an address that a uri action may open."""
    return _LINK.match(value) is not None


def has_scheme(value: str) -> bool:
    """Tell whether a value starts with any scheme."""
    return _ANY_SCHEME.match(value) is not None


def is_color(value: object) -> bool:
    """Tell whether a value is ``#RRGGBB`` or ``#RRGGBBAA``."""
    return isinstance(value, str) and _COLOR.match(value) is not None


def text(
    node: Node,
    key: str,
    at: At,
    findings: Findings,
    *,
    most: int,
    required: bool = True,
    count: Count = utf16,
) -> str | None:
    """Check a text of 1 to ``most`` characters and return it."""
    value = string(node, key, at)
    if not value:
        if required or value == "":
            findings.add(at.key(key), EMPTY)
        return None
    if count(value) > most:
        findings.add(at.key(key), f"Length must be between 0 and {most}")
    return value


def string(node: Node, key: str, at: At) -> str | None:
    """Return a string property.

    Raises:
        LineError: it is there and of another JSON type.
    """
    value = node.get(key)
    if value is not None and not isinstance(value, str):
        raise invalid_property(at.key(key).path)
    return value


def integer(
    node: Node,
    key: str,
    at: At,
    findings: Findings,
    *,
    least: int | None = None,
    most: int | None = None,
    required: bool = True,
) -> int | None:
    """Check a whole number and return it."""
    value = node.get(key)
    if value is None:
        if required:
            findings.add(at.key(key), "must be specified")
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid_property(at.key(key).path)
    if least is not None and value < least:
        findings.add(at.key(key), f"Must be greater than or equal to {least}")
    if most is not None and value > most:
        findings.add(at.key(key), f"Must be less than or equal to {most}")
    return value


def one_of(
    node: Node,
    key: str,
    at: At,
    findings: Findings,
    choices: Collection[str],
    *,
    required: bool = False,
) -> str | None:
    """Check an enumeration and return its value when it is one of the choices."""
    value = string(node, key, at)
    if value is None and not required:
        return None
    if value in choices:
        return value
    listed = ", ".join(choices)
    findings.add(at.key(key), f"Must be one of the following values: [{listed}]")
    return None


def boolean(node: Node, key: str, at: At) -> bool | None:
    """Return a boolean property.

    Raises:
        LineError: it is there and of another JSON type.
    """
    value = node.get(key)
    if value is not None and not isinstance(value, bool):
        raise invalid_property(at.key(key).path)
    return value


def https(
    node: Node,
    key: str,
    at: At,
    findings: Findings,
    *,
    required: bool = True,
    most: int = limits.URL_MAX,
) -> None:
    """Check an https address."""
    value = text(node, key, at, findings, most=most, required=required)
    if value is not None and not is_https(value):
        findings.add(at.key(key), HTTPS)


def objects(
    node: Node,
    key: str,
    at: At,
    findings: Findings,
    *,
    least: int,
    most: int,
    required: bool = True,
) -> list[Node]:
    """Check the size of a list of objects and return it.

    Raises:
        LineError: it is no list, or holds something other than objects.
    """
    value = node.get(key)
    if value is None:
        if required:
            findings.add(at.key(key), EMPTY)
        return []
    if not isinstance(value, list):
        raise invalid_property(at.key(key).path)
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            raise invalid_property(at.key(key).item(index).path)
    if not least <= len(value) <= most:
        findings.add(at.key(key), f"Size must be between {least} and {most}")
    return value


def child(node: Node, key: str, at: At, findings: Findings, *, required: bool) -> Node | None:
    """Return a nested object.

    Raises:
        LineError: it is there and of another JSON type.
    """
    value = node.get(key)
    if value is None:
        if required:
            findings.add(at.key(key), EMPTY)
        return None
    if not isinstance(value, dict):
        raise invalid_property(at.key(key).path)
    return value
