"""Versions of surveys, kept when first seen: who is half way through one finishes it.

    Surveys (what is defined now) -> remember -> survey_versions -> recall -> a friend's version

A process that runs an older or a newer state of the content finds here what another one asked.
"""

from collections.abc import Iterable
from datetime import datetime

import orjson
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import batch
from bot.store.tables.surveys import survey_versions
from bot.surveys.definition import Survey

_RECALL = batch.Query(
    "SELECT body FROM survey_versions WHERE survey = :survey AND version = :version"
)
_KNOWN = batch.Query("SELECT survey, version, body FROM survey_versions")
_REWRITE = batch.Query(
    "UPDATE survey_versions SET body = :body::jsonb WHERE survey = :survey AND version = :version"
)


async def remember(connection: AsyncConnection, surveys: Iterable[Survey], now: datetime) -> None:
    """Keep the definitions of surveys; a version whose words changed is kept as it is now."""
    known = {(row[0], row[1]): batch.document(row[2]) for row in await _KNOWN.rows(connection)}
    new = []
    for survey in surveys:
        body = survey.model_dump(mode="json", by_alias=True)
        kept = known.get((survey.key, survey.version))
        if kept is None:
            key = {"survey": survey.key, "version": survey.version}
            new.append(key | {"body": body, "seen_at": now})
        elif kept != body:
            await _REWRITE.count(
                connection, body=_json(body), survey=survey.key, version=survey.version
            )
    await batch.insert(connection, survey_versions, new, or_ignore=True)


async def recall(connection: AsyncConnection, key: str, version: int) -> Survey | None:
    """Return a version that was kept; None: nobody knows it, or it cannot be read any more."""
    rows = await _RECALL.rows(connection, survey=key, version=version)
    if not rows:
        return None
    try:
        return Survey.model_validate(batch.document(rows[0][0]), strict=False)
    except ValidationError:
        return None


def _json(body: object) -> str:
    return orjson.dumps(body).decode()
