"""Audiences: how far they are, how many they show, and the codes of what is wrong."""

from typing import Any

from bot.emulator import limits
from bot.emulator.errors import Detail, LineError
from bot.emulator.model import Audience, World


def refused(code: str, at: str | None = None) -> LineError:
    """Answer 400 with one of the audience codes."""
    return LineError(400, "The request body has 1 error(s)", [Detail(code, at)])


def require(world: World, audience_id: Any) -> Audience:
    """Return an audience of this account.

    Raises:
        LineError: 400, there is none.
    """
    audience = world.campaigns.audiences.get(str(audience_id))
    if audience is None or audience.shared:
        raise refused("AUDIENCE_GROUP_NOT_FOUND", "audienceGroupId")
    return audience


def status(world: World, audience: Audience, now: float) -> str:
    """Return the status at an instant."""
    if now - audience.created_at >= limits.AUDIENCE_LIFE_SECONDS:
        return "EXPIRED"
    if now < audience.ready_at:
        return "IN_PROGRESS"
    if audience.kind in {"CLICK", "IMP"}:
        enough = len(audience.user_ids) >= limits.AUDIENCE_INSUFFICIENT
        return "READY" if enough or world.behaviour.narrowcast_lifts_minimum else "FAILED"
    return "READY" if audience.user_ids else "IN_PROGRESS"


def shown_count(audience: Audience) -> int:
    """Return the count as shown: small ones are hidden, but of own uploads and chat tags."""
    count = len(audience.user_ids)
    exact = audience.kind in {"UPLOAD", "CHAT_TAG"} or count >= limits.AUDIENCE_SHOWN_FROM
    return count if exact else 0


def wire(world: World, audience: Audience, now: float) -> dict[str, Any]:
    """Return an audience as the API shows it."""
    state = status(world, audience, now)
    answer: dict[str, Any] = {
        "audienceGroupId": audience.audience_id,
        "type": audience.kind,
        "description": audience.description,
        "status": state,
        "audienceCount": shown_count(audience),
        "created": int(audience.created_at),
        "permission": "READ" if audience.shared else "READ_WRITE",
        "createRoute": "MESSAGING_API",
        "isIfaAudience": audience.is_ifa,
    }
    if state == "FAILED":
        answer["failedType"] = "AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT"
    optional = {"requestId": audience.request_id, "clickUrl": audience.click_url}
    return answer | {key: value for key, value in optional.items() if value is not None}


def wire_jobs(audience: Audience, now: float) -> list[dict[str, Any]]:
    """Return the latest uploads."""
    return [
        {
            "audienceGroupJobId": job.job_id,
            "audienceGroupId": audience.audience_id,
            "description": job.description,
            "type": "DIFF_ADD",
            "jobStatus": "FINISHED" if now >= job.ready_at else "WORKING",
            "audienceCount": job.count,
            "created": int(job.created_at),
        }
        for job in audience.jobs[-limits.AUDIENCE_JOBS_MAX :]
    ]
