"""One text of a statement, two databases."""

import pytest

from bot.store.batch import Query

CASES = [
    (
        "SELECT a FROM t WHERE b = :b",
        "SELECT a FROM t WHERE b = $1",
        "SELECT a FROM t WHERE b = ?1",
    ),
    (
        "SELECT :a::bigint, :b, :a",
        "SELECT $1::bigint, $2, $1",
        "SELECT ?1, ?2, ?1",
    ),
    (
        "DELETE FROM t WHERE id = ANY(:ids::bigint[])",
        "DELETE FROM t WHERE id = ANY($1::bigint[])",
        "DELETE FROM t WHERE id IN (SELECT value FROM json_each(?1))",
    ),
    (
        "SELECT 1 FROM t ORDER BY a LIMIT :n FOR UPDATE SKIP LOCKED",
        "SELECT 1 FROM t ORDER BY a LIMIT $1 FOR UPDATE SKIP LOCKED",
        "SELECT 1 FROM t ORDER BY a LIMIT ?1 ",
    ),
    (
        "SELECT 1 FROM t l FOR UPDATE OF l SKIP LOCKED",
        "SELECT 1 FROM t l FOR UPDATE OF l SKIP LOCKED",
        "SELECT 1 FROM t l ",
    ),
    (
        "DELETE FROM t WHERE k LIKE 'event:%'",
        "DELETE FROM t WHERE k LIKE 'event:%'",
        "DELETE FROM t WHERE k LIKE 'event:%'",
    ),
]


@pytest.mark.parametrize(("sql", "postgres", "sqlite"), CASES)
def test_a_statement_is_said_as_each_database_hears_it(
    sql: str, postgres: str, sqlite: str
) -> None:
    query = Query(sql)
    assert query._postgres == postgres
    assert query._sqlite == sqlite


def test_parameters_are_numbered_once_each() -> None:
    assert Query("SELECT :b, :a, :b").names == ("b", "a")
