"""定型文: what staff say often, shared or their own; the composer puts it in, nobody sends it."""

from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.live import names
from bot.console.navigation import Entry
from bot.console.onward import see_other
from bot.console.rendering import render
from bot.console.visitor import actor_of, clock_of, member_of, tell
from bot.conversations import canned
from bot.conversations.canned import CannedReply, UnfitReplyError
from bot.line.limits import MESSAGES_PER_CALL
from bot.staff.audit import audit
from bot.staff.model import StaffMember
from bot.staff.rights import Right

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("定型文"),
    path="/console/talk/replies",
    icon="file",
    right=Right.TALK_ANSWER,
    position=7,
)
_HOME: Final = "/console/talk/replies"
_EMPTY: Final = CannedReply(reply_id=0, staff_id=None, shop_key=None, title="", messages=())
_SAMPLES: Final = {"お名前": "山田 花子", "友だち名": "はなこ"}
_ALL_SHOPS: Final = "*"


@routes.get("/talk/replies", access=Right.TALK_ANSWER)
async def list_replies(request: web.Request) -> web.Response:
    """Show what the member can use, that used most first."""
    member = member_of(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        found = await canned.replies_for(connection, staff_id=member.staff_id, scope=member.scope)
        called = await names(connection)
    wanted = request.query.get("q", "").strip()[:60]
    fitting = [r for r in found if wanted.lower() in "\n".join((r.title, *r.messages)).lower()]
    return render(
        request,
        "replies/list.html",
        replies=fitting,
        has_any=bool(found),
        wanted=wanted,
        shop_names=called.shops,
        may_edit={reply.reply_id: may_edit(member, reply) for reply in fitting},
    )


@routes.get("/talk/replies/new", access=Right.TALK_ANSWER)
async def new(request: web.Request) -> web.Response:
    """Show an empty form."""
    return await _form(request, None, _EMPTY)


@routes.post("/talk/replies/new", access=Right.TALK_ANSWER)
async def add(request: web.Request) -> web.Response:
    """Keep a new one."""
    return await _save(request, None)


@routes.post("/talk/replies/preview", access=Right.TALK_ANSWER)
async def preview(request: web.Request) -> web.Response:
    """Show what a friend would read."""
    given = await request.post()
    values = {**_SAMPLES, "担当者": member_of(request).name, "店舗": _shop_name(request)}
    shown = canned.render(_reply(given, _EMPTY), values)
    return render(request, "replies/preview.html", shown=shown)


@routes.get(r"/talk/replies/{reply_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def show(request: web.Request) -> web.Response:
    """Show one in its form."""
    reply = await _found(request)
    return await _form(request, reply, reply)


@routes.post(r"/talk/replies/{reply_id:\d{1,19}}", access=Right.TALK_ANSWER)
async def edit(request: web.Request) -> web.Response:
    """Change one."""
    return await _save(request, await _found(request))


@routes.post(r"/talk/replies/{reply_id:\d{1,19}}/remove", access=Right.TALK_ANSWER)
async def remove(request: web.Request) -> web.Response:
    """Delete one."""
    reply, now = await _found(request), clock_of(request)()
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await canned.remove(connection, reply.reply_id, staff_id=reply.staff_id)
        await audit(
            connection, actor_of(request), "reply.remove", f"reply:{reply.reply_id}", now=now
        )
    await tell(request, N_("「%(title)s」を削除しました。"), title=reply.title)
    return see_other(_HOME)


def may_edit(member: StaffMember, reply: CannedReply) -> bool:
    """Whether a member may change a reply: their own, or a shared one of shops they look after."""
    if reply.staff_id is not None:
        return reply.staff_id == member.staff_id
    return member.may(Right.TEMPLATES_EDIT) and member.scope.sees(reply.shop_key)


async def _found(request: web.Request) -> CannedReply:
    member, reply_id = member_of(request), int(request.match_info["reply_id"])
    async with request.config_dict[resources.ENGINE].connect() as connection:
        found = await canned.replies_for(connection, staff_id=member.staff_id, scope=member.scope)
    for reply in found:
        if reply.reply_id == reply_id and may_edit(member, reply):
            return reply
    raise web.HTTPNotFound


async def _save(request: web.Request, before: CannedReply | None) -> web.Response:
    given, member, now = await request.post(), member_of(request), clock_of(request)()
    after = _reply(given, before or _EMPTY)
    if before is None:
        after = _owned(given, after, member)
        if not may_edit(member, after):
            raise web.HTTPForbidden
    try:
        async with request.config_dict[resources.ENGINE].begin() as connection:
            reply_id = await canned.save(
                connection,
                reply_id=before.reply_id if before else None,
                staff_id=after.staff_id,
                shop_key=after.shop_key,
                title=after.title,
                messages=after.messages,
                now=now,
            )
            subject = f"reply:{reply_id}"
            await audit(connection, actor_of(request), "reply.save", subject, now=now)
    except UnfitReplyError:
        return await _form(request, before, after, unfit=_unfit(after))
    await tell(request, N_("「%(title)s」を保存しました。"), title=after.title)
    return see_other(_HOME)


def _reply(given: MultiMapping[Any], before: CannedReply) -> CannedReply:
    words = [str(one).replace("\r\n", "\n").strip() for one in given.getall("message", [])]
    return CannedReply(
        reply_id=before.reply_id,
        staff_id=before.staff_id,
        shop_key=before.shop_key,
        title=" ".join(str(given.get("title", "")).split()),
        messages=tuple(word for word in words if word),
    )


def _unfit(reply: CannedReply) -> str:
    """Return the first field of the form to mend."""
    if not 0 < len(reply.title) <= canned.LONGEST_TITLE:
        return "title"
    too_long = (n for n, words in enumerate(reply.messages) if len(words) > canned.LONGEST_MESSAGE)
    return f"message-{next(too_long, 0)}"


def _owned(given: MultiMapping[Any], reply: CannedReply, member: StaffMember) -> CannedReply:
    """Let a new one belong to whom the form says."""
    whose = str(given.get("whose", ""))
    if not whose:
        owner, shop = member.staff_id, None
    else:
        owner, shop = None, None if whose == _ALL_SHOPS else whose
    return CannedReply(
        reply_id=0, staff_id=owner, shop_key=shop, title=reply.title, messages=reply.messages
    )


async def _form(
    request: web.Request,
    before: CannedReply | None,
    reply: CannedReply,
    *,
    unfit: str = "",
) -> web.Response:
    member = member_of(request)
    async with request.config_dict[resources.ENGINE].connect() as connection:
        called = await names(connection)
    may_share = member.may(Right.TEMPLATES_EDIT)
    values = {**_SAMPLES, "担当者": member.name, "店舗": _shop_name(request)}
    return render(
        request,
        "replies/form.html",
        status=422 if unfit else 200,
        before=before,
        reply=reply,
        unfit=unfit,
        longest_title=canned.LONGEST_TITLE,
        most=MESSAGES_PER_CALL,
        variables=canned.VARIABLES,
        shown=canned.render(reply, values),
        shop_names=called.shops,
        shops={k: n for k, n in called.shops.items() if may_share and member.scope.sees(k)},
        may_share_with_all=may_share and member.scope.shops is None,
    )


def _shop_name(request: web.Request) -> str:
    return request.config_dict[keys.ACCOUNT].shop.name
