"""Whatever is sent, the API answers as its own document says, and never breaks."""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.api import document, operations
from bot.api.call import Operation
from tests.api.support import Said, Till, open_shops
from tests.support import Shop

DOCUMENT = document.document()
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 1 << 31, 1 << 63, 1 << 80, 1.5, 1e308, "", " ", "\0", "\x1f", "x" * 201,
    "２０１２", "🍞", "'; DROP TABLE members; --", "../..", "2000000000008", "0000000000",
    "9" * 19, "2026-04-01T03:00:00Z", "9999-12-31T23:59:59Z", "-0001-01-01", [], [[]], {},
)  # fmt: skip


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"][name] if name else schema


def fitting(schema: Mapping[str, Any], known: Mapping[str, Any]) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one a type
    """Make values that a schema allows, or nearly; numbers that are known come often."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return st.one_of(*(fitting(each, known) for each in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            return an_object(schema, known)
        case "array":
            return st.lists(fitting(schema["items"], known), max_size=3)
        case "integer":
            return st.integers(schema.get("minimum", -5), schema.get("maximum", 5))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "string" if "pattern" in schema:
            some = st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True)
            fits = [v for v in known.values() if re.search(schema["pattern"], v)]
            return st.sampled_from(fits) | some if fits else some
        case _:
            return st.text(max_size=20) | st.just("2026-04-01T03:00:00Z")


def an_object(schema: Mapping[str, Any], known: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    needed = set(schema.get("required", ()))
    fields = {
        name: fitting(each, known) | st.sampled_from(ODD)
        if name not in needed
        else fitting(each, known)
        for name, each in schema.get("properties", {}).items()
    }
    right = st.fixed_dictionaries(
        {name: fields[name] for name in fields if name in needed},
        optional={name: fields[name] for name in fields if name not in needed},
    )
    odd = st.fixed_dictionaries({}, optional={n: st.sampled_from(ODD) for n in [*fields, "odd"]})
    return right | st.builds(lambda one, two: {**one, **two}, right, odd) | odd


def calls(operation: Operation, known: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Make calls of an operation."""
    said = DOCUMENT["paths"][operation.path][operation.method.lower()]
    query = {
        each["name"]: st.text(max_size=8)
        | st.sampled_from(["1", "0", "-1", "101", "dead", "9" * 19])
        for each in said["parameters"]
        if each["in"] == "query"
    }
    body: st.SearchStrategy[Any] = st.none()
    if "requestBody" in said:
        schema = said["requestBody"]["content"]["application/json"]["schema"]
        body = fitting(schema, known) | st.sampled_from(ODD)
    ids = st.sampled_from([*known.values(), "1", "0", "9" * 18, "8" + "9" * 18, "2000000000008"])
    return st.fixed_dictionaries(
        {
            "operation": st.just(operation),
            "path": st.fixed_dictionaries(
                dict.fromkeys(re.findall(r"\{(\w+)\}", operation.path), ids)
            ),
            "query": st.fixed_dictionaries({}, optional=query),
            "body": body,
        }
    )


def check(operation: Operation, said: Said, sent: Mapping[str, Any]) -> None:
    """Hold an answer to the document."""
    told = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]
    assert said.status < 500, (operation.name, sent, said.body)
    assert str(said.status) in told, (operation.name, sent, said.status, said.body)
    ((kind, form),) = told[str(said.status)]["content"].items()
    assert said.headers["Content-Type"].startswith(kind)
    whole = {**form["schema"], "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(whole).validate(said.body)
    assert json.dumps(said.body)


async def send(till: Till, order: Mapping[str, Any]) -> None:
    operation: Operation = order["operation"]
    path = operation.path.format(**order["path"])
    more = {} if operation.method == "GET" else {"once": f"fuzz-{id(order):020}"}
    if order["body"] is not None:
        more["body"] = order["body"]
    check(
        operation,
        await till.call(operation.method, path, params=order["query"], **more),
        order,
    )


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_nothing_that_is_sent_breaks_it(shop: Shop, till: Till) -> None:
    await open_shops(shop, "ginza")
    number = await till.join()
    earned = await till.post(f"/members/{number}/points/earn", {"points": 50, "reason": "ご来店"})
    bill = {"member": number, "external_id": "T-1", "amount_yen": 500}
    bought = await till.post("/purchases", bill)
    known = {
        "number": number,
        "change": earned.body["id"],
        "purchase": bought.body["purchase"]["id"],
        "shop": "ginza",
        "bill": "T-1",
    }
    loop = asyncio.get_running_loop()
    every = st.lists(
        st.sampled_from(sorted(operations.ALL.values(), key=lambda each: each.name)).flatmap(
            lambda operation: calls(operation, known)
        ),
        min_size=12,
        max_size=12,
    )

    @settings(
        max_examples=12,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(orders=every)
    def run(orders: list[dict[str, Any]]) -> None:
        async def all_of_them() -> None:
            for order in orders:
                await send(till, order)

        asyncio.run_coroutine_threadsafe(all_of_them(), loop).result(60)

    await asyncio.to_thread(run)
    assert (await till.get(f"/members/{number}")).status == 200


def test_the_document_is_one() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    ids = [each["operationId"] for path in DOCUMENT["paths"].values() for each in path.values()]
    assert len(ids) == len(set(ids)) == len(operations.ALL)
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for reference in set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT))):
        assert reference in DOCUMENT["components"]["schemas"]
