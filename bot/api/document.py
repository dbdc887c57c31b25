"""GET /api/v1/openapi.json: the OpenAPI 3.1 document, made from the operations and their models.

A copy stands in docs/api/openapi.json; ``./run check`` holds it to the code.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson
from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.api import operations, problems
from bot.api.call import Operation
from bot.integrations.keys import Scope

DOCUMENT_ROUTE: Final = "/openapi.json"
VERSION: Final = "1"
_REFERENCE: Final = "#/components/schemas/"
_INTRODUCTION: Final = (
    "For tills and shop systems. Each call comes with an API key as a bearer token; each write "
    "with an Idempotency-Key, and the same key again gets the same answer. Ids are text: they are "
    "larger than JavaScript's numbers. Times are RFC 3339 with an offset, amounts are whole yen."
)
_SHAPES: Final[Mapping[str, Mapping[str, str]]] = {
    "number": {"type": "string", "pattern": "^[0-9]{13}$", "description": "Member number."},
    "coupon": {"type": "string", "pattern": "^[0-9]{10}$", "description": "Number of a coupon."},
    "id": {"type": "string", "pattern": "^[0-9]{1,18}$|^[1-8][0-9]{18}$"},
}
_ALWAYS: Final = (
    problems.NO_KEY,
    problems.UNKNOWN_KEY,
    problems.EXPIRED_KEY,
    problems.REVOKED_KEY,
    problems.TOO_FAST,
    problems.TROUBLE,
    problems.AWAY,
)
_WRITES: Final = (
    problems.KEY_MISSING,
    problems.IN_PROGRESS,
    problems.KEY_REUSED,
    problems.CONFLICT,
)
_BODY: Final = (problems.NOT_JSON, problems.TOO_LARGE, problems.NOT_THAT_TYPE)


async def serve_document(_: web.Request) -> web.Response:
    """Return the document."""
    return web.Response(body=text(), content_type="application/json")


@cache
def text() -> bytes:
    """Return the document as it is served and kept."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def document() -> dict[str, Any]:
    """Return the document."""
    schemas = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations.ALL.values():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Enishi", "version": VERSION, "description": _INTRODUCTION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM},
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key. Scopes: " + ", ".join(Scope),
                }
            },
        },
    }


def _schemas() -> dict[str, Any]:
    models: dict[type[BaseModel], Any] = {}
    for operation in operations.ALL.values():
        models[operation.shown] = "serialization"
        if operation.given is not None:
            models[operation.given] = "validation"
    _, made = models_json_schema(list(models.items()), ref_template=_REFERENCE + "{model}")
    schemas: dict[str, Any] = made["$defs"]
    return schemas


def _operation(operation: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation),
    }
    needs = f"Scope: {operation.scope}." if operation.scope else "Any key."
    said["description"] = f"{operation.description} {needs}".strip()
    if operation.has_body and operation.given is not None:
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(operation.given.__name__)}},
        }
    return said


def _parameters(operation: Operation, schemas: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _SHAPES[name]}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    if operation.writes:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "The same one when the call is repeated, a new one otherwise.",
                "schema": {"type": "string", "pattern": "^[!-~]{8,100}$"},
            }
        )
    if not operation.has_body and operation.given is not None:
        model = schemas[operation.given.__name__]
        needed = model.get("required", ())
        found += [
            {"name": name, "in": "query", "required": name in needed, "schema": schema}
            for name, schema in model["properties"].items()
        ]
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    kinds = [*operation.kinds, *_ALWAYS]
    if operation.scope is not None:
        kinds.append(problems.SCOPE_MISSING)
    if operation.given is not None or "{" in operation.path:
        kinds += [problems.UNFIT, problems.NOT_FOUND]
    if operation.has_body:
        kinds += [*_BODY, problems.UNFIT]
    if operation.writes:
        kinds += _WRITES
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        said = f"{kind.code}: {kind.title}."
        if said not in by_status.setdefault(kind.status, []):
            by_status[kind.status].append(said)
    answers: dict[str, Any] = {
        str(operation.status): {
            "description": "Done.",
            "content": {"application/json": {"schema": _reference(operation.shown.__name__)}},
        }
    }
    for status, reasons in sorted(by_status.items()):
        answers[str(status)] = {
            "description": "\n".join(reasons),
            "content": {problems.CONTENT_TYPE: {"schema": _reference("Problem")}},
        }
    return answers


def _reference(name: str) -> dict[str, str]:
    return {"$ref": _REFERENCE + name}


_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "mend"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stays as it is; decide by this."},
        "detail": {"type": "string"},
        "mend": {"type": "string", "description": "What to do about it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
