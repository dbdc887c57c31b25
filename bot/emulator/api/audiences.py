"""Audiences: made, filled by lists or files, described, read and deleted.

ids -> checked as a whole -> job -> ready by the virtual clock
"""

from collections.abc import Iterable
from typing import Any

from bot.emulator import ids, limits
from bot.emulator.api.multipart import fields_of
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.errors import LineError
from bot.emulator.model import Audience, Campaign, Job, UserState
from bot.emulator.rules import audiences as rules

operations = Operations(rate=limits.RATE_AUDIENCE)

_FILE = "/v2/bot/audienceGroup/upload/byFile"


@operations.post("/v2/bot/audienceGroup/upload")
def create(call: Call) -> Answer:
    """Make an audience, perhaps with ids."""
    body = call.json()
    entries = _entries(body)
    return _created(call, body, entries)


@operations.post(_FILE, json=False, host="data", max_bytes=limits.AUDIENCE_FILE_MAX_BYTES)
def create_by_file(call: Call) -> Answer:
    """Make an audience with the ids of a file, one a line."""
    form, lines = _file(call)
    return _created(call, form, lines)


@operations.put("/v2/bot/audienceGroup/upload")
def add(call: Call) -> Answer:
    """Add ids to an audience."""
    body = call.json()
    return _added(call, body, _entries(body))


@operations.put(_FILE, json=False, host="data", max_bytes=limits.AUDIENCE_FILE_MAX_BYTES)
def add_by_file(call: Call) -> Answer:
    """Add the ids of a file to an audience."""
    form, lines = _file(call)
    return _added(call, form, lines)


def _created(call: Call, body: dict[str, Any], entries: list[Any]) -> Answer:
    name = _name(body)
    is_ifa = body.get("isIfaAudience") in {True, "true"}
    audience = _make(call, "UPLOAD", name)
    audience.is_ifa = is_ifa
    if entries:
        _upload(call, audience, body, entries)
    call.platform.world.campaigns.audiences[str(audience.audience_id)] = audience
    return _accepted(call, audience)


def _added(call: Call, body: dict[str, Any], entries: list[Any]) -> Answer:
    world = call.platform.world
    audience = rules.require(world, body.get("audienceGroupId"))
    if rules.status(world, audience, call.now) == "EXPIRED":
        raise rules.refused("AUDIENCE_GROUP_CAN_NOT_UPLOAD_STATUS_EXPIRED")
    working = sum(call.now < job.ready_at for job in audience.jobs)
    if working >= limits.AUDIENCE_CONCURRENT_MAX:
        raise LineError(429, "The API rate limit has been exceeded. Try again later.")
    if not entries:
        raise rules.refused("UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS", "audiences")
    _upload(call, audience, body, entries)
    return Answer(status=202)


def _entries(body: dict[str, Any]) -> list[Any]:
    entries = body.get("audiences") or []
    if len(entries) > limits.AUDIENCE_IDS_MAX:
        raise rules.refused("UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS", "audiences")
    return [entry.get("id") if isinstance(entry, dict) else entry for entry in entries]


def _file(call: Call) -> tuple[dict[str, Any], list[str]]:
    form, data = fields_of(call)
    lines = data.decode(errors="replace").split()
    if len(lines) > limits.AUDIENCE_FILE_IDS_MAX:
        raise rules.refused("UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS", "file")
    return dict(form), lines


def _upload(call: Call, audience: Audience, body: dict[str, Any], entries: Iterable[Any]) -> None:
    note = str(body.get("uploadDescription") or "")
    if len(note) > limits.AUDIENCE_UPLOAD_NOTE_MAX:
        code = "AUDIENCE_GROUP_UPLOAD_DESCRIPTION_SIZE_OVER"
        raise rules.refused(code, "uploadDescription")
    wanted = list(dict.fromkeys(entries))
    if not audience.is_ifa:
        if not all(isinstance(uid, str) and ids.USER_ID.match(uid) for uid in wanted):
            raise rules.refused("UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT", "audiences")
        wanted = [user_id for user_id in wanted if _counts(call, user_id)]
        if not wanted:
            raise rules.refused("UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS", "audiences")
    known = set(audience.user_ids)
    audience.user_ids += [user_id for user_id in wanted if user_id not in known]
    campaigns = call.platform.world.campaigns
    delay = call.platform.world.behaviour.audience_seconds
    job = Job(campaigns.next_job_id, note, call.now, len(wanted), call.now + delay)
    campaigns.next_job_id += 1
    audience.jobs.append(job)
    call.platform.on_change()


def _counts(call: Call, user_id: str) -> bool:
    """Tell whether an id is kept: of this provider, and of somebody who agreed to it."""
    user = call.platform.world.users.get(user_id)
    return user is not None and user.consent and user.state is not UserState.FOREIGN


def _name(body: dict[str, Any]) -> str:
    name = body.get("description")
    if not isinstance(name, str) or not name:
        raise rules.refused("AUDIENCE_GROUP_NAME_EMPTY", "description")
    if len(name) > limits.AUDIENCE_NAME_MAX:
        raise rules.refused("AUDIENCE_GROUP_NAME_SIZE_OVER", "description")
    if not name.isprintable():
        raise rules.refused("AUDIENCE_GROUP_NAME_WRONG", "description")
    return name


def _make(call: Call, kind: str, name: str) -> Audience:
    campaigns = call.platform.world.campaigns
    if len(campaigns.audiences) >= limits.AUDIENCES_MAX:
        raise rules.refused("AUDIENCE_GROUP_COUNT_MAX_OVER")
    delay = call.platform.world.behaviour.audience_seconds
    audience = Audience(campaigns.next_audience_id, kind, name, call.now, call.now + delay)
    campaigns.next_audience_id += 1
    return audience


def _accepted(call: Call, audience: Audience) -> Answer:
    call.platform.on_change()
    known = rules.wire(call.platform.world, audience, call.now)
    hidden = {"status", "audienceCount", "failedType"}
    answer = {key: value for key, value in known.items() if key not in hidden}
    answer["expireTimestamp"] = int(audience.created_at) + limits.AUDIENCE_LIFE_SECONDS
    return Answer(answer, 202)


@operations.post("/v2/bot/audienceGroup/click")
def create_by_clicks(call: Call) -> Answer:
    """Make an audience of those who opened an address of a message."""
    body = call.json()
    name, campaign = _name(body), _campaign(call, body)
    url = body.get("clickUrl")
    clicks = campaign.clicks
    users = [user_id for _, clicked, user_id in clicks if url in {None, clicked}]
    audience = _from_campaign(call, "CLICK", name, campaign, url)
    return _filled(call, audience, users)


@operations.post("/v2/bot/audienceGroup/imp")
def create_by_impressions(call: Call) -> Answer:
    """Make an audience of those who saw a message."""
    body = call.json()
    name, campaign = _name(body), _campaign(call, body)
    return _filled(call, _from_campaign(call, "IMP", name, campaign, None), campaign.seen)


def _campaign(call: Call, body: dict[str, Any]) -> Campaign:
    campaign = call.platform.world.campaigns.sent.get(str(body.get("requestId")))
    if campaign is None or campaign.via not in {"narrowcast", "broadcast"}:
        raise rules.refused("REQUEST_NOT_FOUND", "requestId")
    if call.now - campaign.at > limits.AUDIENCE_SOURCE_SECONDS:
        raise rules.refused("TOO_OLD_MESSAGES", "requestId")
    return campaign


def _from_campaign(
    call: Call, kind: str, name: str, campaign: Campaign, url: str | None
) -> Audience:
    for other in call.platform.world.campaigns.audiences.values():
        same = (other.kind, other.request_id) == (kind, campaign.request_id)
        if same and other.click_url == url:
            raise rules.refused("AUDIENCE_GROUP_REQUESTID_DUPLICATE", "requestId")
    audience = _make(call, kind, name)
    audience.request_id, audience.click_url = campaign.request_id, url
    return audience


def _filled(call: Call, audience: Audience, user_ids: Iterable[str]) -> Answer:
    audience.user_ids = list(dict.fromkeys(user_ids))
    call.platform.world.campaigns.audiences[str(audience.audience_id)] = audience
    return _accepted(call, audience)


@operations.put("/v2/bot/audienceGroup/{audienceGroupId}/updateDescription")
def describe(call: Call) -> Answer:
    """Rename an audience."""
    audience = rules.require(call.platform.world, call.params["audienceGroupId"])
    audience.description = _name(call.json())
    call.platform.on_change()
    return Answer()


@operations.delete("/v2/bot/audienceGroup/{audienceGroupId}")
def delete(call: Call) -> Answer:
    """Delete an audience."""
    world = call.platform.world
    audience = rules.require(world, call.params["audienceGroupId"])
    del world.campaigns.audiences[str(audience.audience_id)]
    call.platform.on_change()
    return Answer(status=202)
