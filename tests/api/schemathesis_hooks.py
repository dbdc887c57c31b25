"""What schemathesis cannot read out of the document; it loads this module by itself.

A write is a write only with a new Idempotency-Key, half of what is named is there, and three
fields are refused for what they mean and not for how they look.
"""

import json
import os
import re
import uuid
from collections.abc import MutableMapping
from typing import Any

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

#: By name of a parameter, or by the first part of a path with an id in it.
KNOWN: dict[str, str] = json.loads(os.environ.get("ENISHI_KNOWN", "{}"))
_NUMBER = re.compile(r"2[0-9]{12}")
_ID = re.compile(r"[0-9]{1,18}")
_ONCE = re.compile(r"[!-~]{8,100}")
#: Whether there is such a shop, whether an address is a public one, whether a time can be meant.
_MEANT = {"shop", "url", "bought_at"}
_CODES = {"not_a_code", "forged_code", "foreign_code"}


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Name what is there, every other time."""
    if isinstance(path_parameters, MutableMapping):
        _name(path_parameters, "number", _NUMBER, KNOWN.get("number"))
        _name(path_parameters, "id", _ID, KNOWN.get(context.operation.path.split("/")[1]))
    return path_parameters


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Name what is there, every other time."""
    del context
    if isinstance(body, dict):
        _name(body, "member", _NUMBER, KNOWN.get("number"))
    return body


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Let every write be a new one."""
    del context, kwargs
    said = (case.headers or {}).get("Idempotency-Key")
    if isinstance(said, str) and _ONCE.fullmatch(said):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


@schemathesis.check
def fitting_data_is_taken(ctx: Any, response: Any, case: Any) -> bool | None:
    """What fits the document is refused for its meaning only."""
    if response.status_code == 422 and _is_about_meaning(response.json()):
        return None
    found: bool | None = positive_data_acceptance(ctx, response, case)
    return found


def _is_about_meaning(said: dict[str, Any]) -> bool:
    fields = {each["field"] for each in said.get("errors", ())}
    return said["code"] in _CODES or (bool(fields) and fields <= _MEANT)


def _name(
    values: MutableMapping[str, Any], field: str, shape: re.Pattern[str], known: str | None
) -> None:
    said = values.get(field)
    if known and isinstance(said, str) and shape.fullmatch(said) and int(said[-1]) % 2:
        values[field] = known
