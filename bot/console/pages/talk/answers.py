"""Answering, and what else staff do with a talk; each answer is how the talk stands afterwards."""

from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from bot import keys, resources
from bot.clock import TOKYO
from bot.console.access import Routes
from bot.console.language import translations
from bot.console.onward import see_other
from bot.console.pages.talk import looking, mentions, outgoing, uploads, wording
from bot.console.pages.talk.looking import Talking
from bot.console.rendering import is_part, language_of
from bot.console.visitor import actor_of, clock_of, member_of, tell
from bot.conversations import dealing, repository, shops
from bot.conversations.answering import WAITS_FOR, Way
from bot.conversations.model import ConversationError, SomeoneAnsweredError
from bot.conversations.quoting import token_of
from bot.line.check import MessageError
from bot.staff import repository as members
from bot.staff.audit import audit_in
from bot.staff.rights import Right
from bot.store.batch import StaleRowError
from bot.store.tables.conversations import talk_files
from bot.store.unit import Unit

routes: Final = Routes()
#: A picture weighs more than a form; five texts of 5,000 characters, written in bytes, do too.
_ANSWER_BYTES: Final = 512 * 1024
_LONGEST_REASON: Final = 200


class UnfitChoiceError(ConversationError):
    """A colleague or a shop that cannot have this talk."""

    code = "unfit_choice"


class UnfitTimeError(ConversationError):
    """A time that is none, or has passed."""

    code = "unfit_time"


@routes.post(
    r"/talk/answer/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER, max_bytes=_ANSWER_BYTES
)
async def answer(request: web.Request) -> web.Response:
    """Say something to the friend."""
    given = await request.post()

    async def say(unit: Unit, talking: Talking) -> None:
        member, now, way = member_of(request), clock_of(request)(), _way(given)
        waits = outgoing.waits(given, now=now)
        latest = max(waits.values(), default=now + WAITS_FOR) if way is Way.NEXT else now
        said = await outgoing.read(request, unit, talking.friend_id, given, opens_from=latest)
        content = said.content
        if quoted := _number(given, "quote"):
            token = await token_of(unit.connection, talking.friend_id, quoted)
            content = outgoing.quoting(content, token)
        done = await request.config_dict[keys.ANSWERING].say(
            unit,
            talking.friend_id,
            content,
            staff=member,
            way=way,
            request_id=_word(given, "request_id", 64) or "-",
            seen_id=_number(given, "seen_id") or 0,
            sender=outgoing.sender_of(request, given),
            now=now,
            **waits,
        )
        if done.is_repeat:
            return
        details = {"way": way.value}
        if (given_file := said.upload) is not None:
            row = uploads.file_row(given_file, done.message_id, talking.friend_id, now=now)
            unit.add(talk_files, row)
            details |= {"sent": given_file.kind.value, "file": given_file.name}
        _audit(request, unit, talking, "talk.answer", details)

    return await _do(request, say)


@routes.post(r"/talk/note/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def note(request: web.Request) -> web.Response:
    """Leave a note for colleagues."""
    given = await request.post()

    async def leave(unit: Unit, talking: Talking) -> None:
        words, me = str(given.get("text", "")), member_of(request).staff_id
        await request.config_dict[keys.DESK].note(
            unit,
            talking.friend_id,
            words=words,
            mentions=await mentions.called(unit.connection, words, talking.shop_key, by=me),
            by=me,
            now=clock_of(request)(),
        )
        _audit(request, unit, talking, "talk.note", {})

    return await _do(request, leave)


@routes.post(r"/talk/take/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def take(request: web.Request) -> web.Response:
    """Look after a talk oneself."""
    given = await request.post()

    async def do(unit: Unit, talking: Talking) -> None:
        _require_as_shown(given, talking)
        member = member_of(request)
        own = next(iter(member.shops)) if len(member.shops) == 1 else None
        await request.config_dict[keys.DESK].take(
            unit,
            talking.friend_id,
            by=member.staff_id,
            shop_key=own,
            now=clock_of(request)(),
        )
        _audit(request, unit, talking, "talk.take", {})

    return await _do(request, do)


@routes.post(r"/talk/assign/{friend_id:\d{1,19}}", access=Right.TALK_ASSIGN)
async def assign(request: web.Request) -> web.Response:
    """Give a talk to a colleague, to nobody, or to another shop."""
    given = await request.post()

    async def do(unit: Unit, talking: Talking) -> None:
        _require_as_shown(given, talking)
        desk, member = request.config_dict[keys.DESK], member_of(request)
        reason = _word(given, "reason", _LONGEST_REASON)
        to, shop = _number(given, "staff"), _word(given, "shop", 60)
        common: dict[str, Any] = {
            "by": member.staff_id,
            "reason": reason,
            "now": clock_of(request)(),
        }
        target = shop or talking.shop_key
        if to is not None:
            await _require_colleague(unit, to, target)
        if shop and shop != talking.shop_key:
            await _require_shop(unit, shop)
            await desk.move(unit, talking.friend_id, shop_key=shop, to=to, **common)
            _audit(request, unit, talking, "talk.move", {"shop": shop})
        else:
            await desk.assign(unit, talking.friend_id, to=to, **common)
            _audit(request, unit, talking, "talk.assign", {"to": to})

    return await _do(request, do)


@routes.post(r"/talk/snooze/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def snooze(request: web.Request) -> web.Response:
    """Put a talk off."""
    given = await request.post()

    async def do(unit: Unit, talking: Talking) -> None:
        _require_as_shown(given, talking)
        now = clock_of(request)()
        await request.config_dict[keys.DESK].snooze(
            unit,
            talking.friend_id,
            until=_until(given, now),
            by=member_of(request).staff_id,
            reason=_word(given, "reason", _LONGEST_REASON),
            now=now,
        )
        _audit(request, unit, talking, "talk.snooze", {})

    return await _do(request, do)


@routes.post(r"/talk/close/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def close(request: web.Request) -> web.Response:
    """End a talk; the bot has it back."""
    given = await request.post()

    async def do(unit: Unit, talking: Talking) -> None:
        _require_as_shown(given, talking)
        await request.config_dict[keys.DESK].close(
            unit,
            talking.friend_id,
            by=member_of(request).staff_id,
            now=clock_of(request)(),
        )
        _audit(request, unit, talking, "talk.close", {})

    return await _do(request, do)


@routes.post(r"/talk/pay/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def pay(request: web.Request) -> web.Response:
    """Let an answer that waits, or did not arrive, leave paid now."""
    given = await request.post()

    async def do(unit: Unit, talking: Talking) -> None:
        await request.config_dict[keys.ANSWERING].paying.pay(
            unit,
            talking.friend_id,
            _number(given, "message") or 0,
            staff=member_of(request),
            now=clock_of(request)(),
        )
        _audit(request, unit, talking, "talk.pay", {"message": str(given.get("message", ""))})

    return await _do(request, do)


@routes.post("/talk/absence", access=Right.TALK_ANSWER)
async def absence(request: web.Request) -> web.Response:
    """Take no talks in turn for now, or take them again."""
    is_away = (await request.post()).get("away") == "yes"
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await dealing.set_absent(
            connection, member_of(request).staff_id, absent=is_away, now=clock_of(request)()
        )
    return see_other("/console/talk")


@routes.post(r"/talk/seen/{friend_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def seen(request: web.Request) -> web.Response:
    """Note that somebody of the staff has read so far."""
    given, member = await request.post(), member_of(request)
    async with request.config_dict[resources.USE_CASE]() as unit:
        talking = await looking.find(unit, looking.friend_id_of(request), member)
        if talking.conversation is not None:
            await request.config_dict[keys.DESK].see(
                unit,
                talking.friend_id,
                up_to=_number(given, "up_to") or 0,
                by=member.staff_id,
                now=clock_of(request)(),
            )
    return web.Response(status=204)


async def _do(request: web.Request, deed: Any) -> web.Response:
    """Do something with a talk in one transaction, and answer how it stands then."""
    friend_id = looking.friend_id_of(request)
    code = ""
    try:
        async with request.config_dict[resources.USE_CASE]() as unit:
            await repository.lock(unit.connection, friend_id)
            talking = await looking.find(unit, friend_id, member_of(request))
            await deed(unit, talking)
    except ConversationError as error:
        code = error.code
    except StaleRowError:
        code = SomeoneAnsweredError.code
    except MessageError:
        code = "unfit_message"
    said = translations(language_of(request)).gettext(wording.refusal(code)) if code else ""
    if not is_part(request):
        if code:
            await tell(request, wording.refusal(code), kind="bad")
        return see_other(f"/console/talk/{friend_id}")
    try:
        return await looking.tail(
            request, friend_id, problem=said, code=code, status=409 if code else 200
        )
    except web.HTTPNotFound:  # it was given to a shop that is not in view
        return web.json_response({"id": str(friend_id), "isGone": True})


def _audit(
    request: web.Request, unit: Unit, talking: Talking, action: str, details: dict[str, Any]
) -> None:
    audit_in(
        unit,
        actor_of(request),
        action,
        f"friend:{talking.friend_id}",
        now=clock_of(request)(),
        shop_key=talking.shop_key,
        details=details,
    )


def _require_as_shown(given: MultiMapping[Any], talking: Talking) -> None:
    """See that nobody has taken or ended what the screen shows, nor the friend written to it.

    The version would not do: that a colleague has read it, or that we have, changes it too.
    """
    talk = talking.conversation
    shown, heard = given.get("shown"), _number(given, "heard")
    stands = "" if talk is None else f"{talk.state.value}:{talk.staff_id or ''}"
    is_other = shown is not None and shown != stands
    if is_other or (heard is not None and talk is not None and talk.heard_id > heard):
        raise SomeoneAnsweredError


async def _require_colleague(unit: Unit, staff_id: int, shop_key: str | None) -> None:
    member = await members.by_id(unit.connection, staff_id)
    fits = member is not None and member.is_active and member.may(Right.TALK_ANSWER)
    if member is None or not fits or not member.scope.sees(shop_key):
        raise UnfitChoiceError


async def _require_shop(unit: Unit, key: str) -> None:
    if key not in {shop.key for shop in await shops.active_shops(unit.connection)}:
        raise UnfitChoiceError


def _way(given: MultiMapping[Any]) -> Way:
    try:
        return Way(str(given.get("way", "")))
    except ValueError:
        raise web.HTTPBadRequest from None


def _word(given: MultiMapping[Any], name: str, longest: int) -> str:
    return " ".join(str(given.get(name, "")).split())[:longest]


def _number(given: MultiMapping[Any], name: str) -> int | None:
    text = str(given.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None  # noqa: PLR2004


def _until(given: MultiMapping[Any], now: datetime) -> datetime | None:
    """Read until when: an hour, tomorrow morning, a moment, or the friend's next message."""
    wanted = str(given.get("until", ""))
    here = now.astimezone(TOKYO)
    match wanted:
        case "":
            return None
        case "hour":
            return now + timedelta(hours=1)
        case "tomorrow":
            return (here + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
        case "week":
            return (here + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
        case _:
            try:
                moment = datetime.fromisoformat(str(given.get("moment", "")))
            except ValueError:
                raise UnfitTimeError from None
            moment = moment.replace(tzinfo=TOKYO)
            if not now < moment < now + timedelta(days=400):
                raise UnfitTimeError
            return moment
