"""LINE's OpenAPI files as JSON Schema validators; read beside the project, never copied."""

import functools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

Json = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "line-openapi"
FILES = (
    "messaging-api",
    "insight",
    "manage-audience",
    "liff",
    "channel-access-token",
)

needs_openapi = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"LINE's OpenAPI files are not at {FOLDER}"
)


@functools.cache
def spec(name: str) -> Json:
    loaded: Json = yaml.safe_load((FOLDER / f"{name}.yml").read_text())
    return loaded


def operations() -> dict[str, tuple[str, str, str, Json]]:
    """Return operation id -> (file, method, path, operation)."""
    return {
        operation["operationId"]: (name, method.upper(), path, operation)
        for name in FILES
        for path, methods in spec(name)["paths"].items()
        for method, operation in methods.items()
        if method in {"get", "post", "put", "delete"}
    }


@functools.cache
def _definitions(name: str) -> Json:
    """Convert all schemas; a discriminator becomes a choice by its property's value."""
    schemas = spec(name)["components"]["schemas"]
    polymorphic = {key for key, schema in schemas.items() if "mapping" in _kinds(schema)}
    definitions: Json = {}
    for key, schema in schemas.items():
        plain = _convert(schema, polymorphic)
        if key not in polymorphic:
            definitions[key] = plain
            continue
        kinds = _kinds(schema)
        choices = [
            {
                "if": {"properties": {kinds["propertyName"]: {"const": value}}},
                "then": {"$ref": f"#/$defs/{_last(target)}"},
            }
            for value, target in kinds["mapping"].items()
        ]
        known = {kinds["propertyName"]: {"enum": list(kinds["mapping"])}}
        definitions[f"{key}__base"] = plain
        definitions[key] = {
            "allOf": [{"$ref": f"#/$defs/{key}__base"}, {"properties": known}, *choices]
        }
    return definitions


def _kinds(schema: Json) -> Json:
    kinds: Json = schema.get("discriminator", {})
    return kinds


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]


def _convert(node: Any, polymorphic: set[str], *, inherits: bool = False) -> Any:
    if isinstance(node, list):
        return [_convert(item, polymorphic) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = _last(node["$ref"])
        return {"$ref": f"#/$defs/{name}{'__base' if inherits and name in polymorphic else ''}"}
    converted = {
        key: [_convert(item, polymorphic, inherits=True) for item in value]
        if key == "allOf"
        else _convert(value, polymorphic)
        for key, value in node.items()
        if key not in {"discriminator", "nullable", "example", "format"}
    }
    if node.get("nullable") and "type" in converted:
        converted["type"] = [converted["type"], "null"]
        if "enum" in converted:
            converted["enum"] = [*converted["enum"], None]
    return converted


def validator(name: str, schema: Json) -> Draft202012Validator:
    polymorphic = {
        key
        for key, value in spec(name)["components"]["schemas"].items()
        if "mapping" in _kinds(value)
    }
    converted = _convert(schema, polymorphic)
    return Draft202012Validator({**converted, "$defs": _definitions(name)})


def violations(name: str, schema: Json, value: Any) -> list[str]:
    return [
        f"{error.json_path}: {error.message}"
        for error in validator(name, schema).iter_errors(value)
    ]


def find(method: str, path: str) -> tuple[str, Json] | None:
    """Return file and operation of a call."""
    best = None
    for name, its_method, template, operation in operations().values():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if its_method == method and re.fullmatch(pattern, path):
            if "{" not in template:
                return name, operation
            best = best or (name, operation)
    return best


def json_schema(message: Json) -> Json | None:
    """Return the JSON schema of a request body or a response."""
    content: Json = message.get("content", {})
    for content_type, body in content.items():
        if content_type.startswith("application/json"):
            schema: Json = body["schema"]
            return schema
    return None
