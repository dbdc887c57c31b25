"""Staff: who works here, what they may do, and the links by which they come in."""

from typing import Any, Final

from aiohttp import web
from multidict import MultiMapping

from bot import resources
from bot.console.access import Routes
from bot.console.invitation import invitation_link
from bot.console.language import N_
from bot.console.navigation import Entry
from bot.console.onward import see_other
from bot.console.rendering import render
from bot.console.visitor import SESSIONS, actor_of, clock_of, member_of, tell
from bot.console.words import problem_of
from bot.staff import repository, service
from bot.staff.model import NotAllowedError, StaffError, StaffMember
from bot.staff.rights import RIGHTS, Right, Role
from bot.staff.shops import list_shops

routes: Final = Routes()
ENTRY: Final = Entry(
    label=N_("スタッフ"),
    path="/console/staff",
    icon="staff",
    right=Right.STAFF_READ,
    position=80,
    group=N_("管理"),
)


@routes.get("/staff", access=Right.STAFF_READ)
async def list_staff(request: web.Request) -> web.Response:
    """Show everybody of the shops in view."""
    scope = member_of(request).scope
    async with request.config_dict[resources.ENGINE].connect() as connection:
        members = await repository.list_all(connection)
        shops = await list_shops(connection)
        asked = await repository.roles_asked(connection)
    if scope.shops is not None:
        members = [member for member in members if member.shops & scope.shops]
    names = {shop.key: shop.name for shop in shops}
    return render(
        request,
        "staff/list.html",
        members=members,
        shop_names=names,
        roles=tuple(Role),
        asked=asked,
    )


@routes.post("/staff/second-step", access=Right.SETTINGS_EDIT)
async def demand(request: web.Request) -> web.Response:
    """Choose which roles need more than a password."""
    given = (await request.post()).getall("role", [])
    roles = frozenset(role for role in Role if role.value in given)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await service.demand_second_step(
            connection, roles, by=actor_of(request), now=clock_of(request)()
        )
    await tell(request, N_("2段階認証の設定を保存しました。"))
    return see_other("/console/staff")


@routes.get("/staff/new", access=Right.STAFF_MANAGE)
async def new(request: web.Request) -> web.Response:
    """Show an empty form."""
    return await _form(request, None, {"role": Role.STAFF, "shops": ()})


@routes.post("/staff/new", access=Right.STAFF_MANAGE)
async def add(request: web.Request) -> web.Response:
    """Add somebody and show their link, once."""
    given = await request.post()
    values, now = _values(given), clock_of(request)()
    try:
        service.require_reach(member_of(request), role=values["role"])
        async with request.config_dict[resources.ENGINE].begin() as connection:
            member = await service.add(
                connection,
                by=actor_of(request),
                login=str(given.get("login", "")),
                name=values["name"],
                role=values["role"],
                shops=await _known_shops(connection, values["shops"]),
                now=now,
            )
            token = await service.invite(connection, member, by=actor_of(request), now=now)
    except StaffError as error:
        values["login"] = str(given.get("login", ""))
        return await _form(request, None, values, problem_of(error))
    return _link(request, member, token)


@routes.get("/staff/{staff_id:[0-9]+}", access=Right.STAFF_MANAGE)
async def show(request: web.Request) -> web.Response:
    """Show one member."""
    member = await _member(request)
    values = {
        "name": member.name,
        "role": member.role,
        "shops": member.shops,
        "active": member.is_active,
    }
    return await _form(request, member, values)


@routes.post("/staff/{staff_id:[0-9]+}", access=Right.STAFF_MANAGE)
async def edit(request: web.Request) -> web.Response:
    """Change one member; nobody changes an owner but an owner."""
    member = await _member(request)
    values = _values(await request.post())
    try:
        service.require_reach(member_of(request), role=member.role)
        service.require_reach(member_of(request), role=values["role"])
        async with request.config_dict[resources.ENGINE].begin() as connection:
            await service.edit(
                connection,
                member,
                by=actor_of(request),
                name=values["name"],
                role=values["role"],
                shops=await _known_shops(connection, values["shops"]),
                is_active=values["active"],
                now=clock_of(request)(),
            )
    except StaffError as error:
        return await _form(request, member, values, problem_of(error))
    await tell(request, N_("%(name)sさんを保存しました。"), name=values["name"])
    return see_other("/console/staff")


@routes.post("/staff/{staff_id:[0-9]+}/link", access=Right.STAFF_MANAGE)
async def make_link(request: web.Request) -> web.Response:
    """Show a new link to choose a password by, once."""
    member = await _member(request)
    _require_reach(request, member)
    if not member.is_active:
        raise web.HTTPNotFound
    async with request.config_dict[resources.ENGINE].begin() as connection:
        token = await service.invite(
            connection, member, by=actor_of(request), now=clock_of(request)()
        )
    return _link(request, member, token)


@routes.post("/staff/{staff_id:[0-9]+}/sign-out", access=Right.STAFF_MANAGE)
async def sign_out(request: web.Request) -> web.Response:
    """End every session of a member, such as on a lost phone."""
    member = await _member(request)
    _require_reach(request, member)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        await service.sign_out_everywhere(
            connection, member, by=actor_of(request), now=clock_of(request)()
        )
    await tell(
        request, N_("%(name)sさんをすべての端末からサインアウトしました。"), name=member.name
    )
    return see_other(f"/console/staff/{member.staff_id}")


async def _member(request: web.Request) -> StaffMember:
    async with request.config_dict[resources.ENGINE].connect() as connection:
        member = await repository.by_id(connection, int(request.match_info["staff_id"]))
    if member is None:
        raise web.HTTPNotFound
    return member


def _require_reach(request: web.Request, member: StaffMember) -> None:
    try:
        service.require_reach(member_of(request), role=member.role)
    except NotAllowedError:
        raise web.HTTPForbidden from None


async def _known_shops(connection: Any, wanted: tuple[str, ...]) -> list[str]:
    return [shop.key for shop in await list_shops(connection) if shop.key in wanted]


def _values(given: MultiMapping[Any]) -> dict[str, Any]:
    role = str(given.get("role", ""))
    if role not in RIGHTS:
        raise web.HTTPBadRequest
    return {
        "name": str(given.get("name", "")),
        "role": Role(role),
        "shops": tuple(str(shop) for shop in given.getall("shop", [])),
        "active": given.get("active") == "yes",
    }


async def _form(
    request: web.Request,
    member: StaffMember | None,
    values: dict[str, Any],
    problem: tuple[str, str] | None = None,
) -> web.Response:
    me = member_of(request)
    sessions = []
    async with request.config_dict[resources.ENGINE].connect() as connection:
        shops = await list_shops(connection)
    if member is not None:
        sessions = await request.app[SESSIONS].list_of(
            member.staff_id, generation=member.generation, now=clock_of(request)()
        )
    return render(
        request,
        "staff/form.html",
        status=422 if problem else 200,
        member=member,
        values={"name": "", "login": "", "active": True, **values},
        shops=[shop for shop in shops if shop.is_active or shop.key in values["shops"]],
        roles=[r for r in Role if r is not Role.OWNER or me.may(Right.OWNERS_MANAGE)],
        is_out_of_reach=member is not None
        and member.role is Role.OWNER
        and not me.may(Right.OWNERS_MANAGE),
        sessions=sessions,
        problem=problem,
    )


def _link(request: web.Request, member: StaffMember, token: str) -> web.Response:
    link = invitation_link(request.config_dict[resources.SETTINGS], token)
    return render(request, "staff/link.html", member=member, link=link, life=service.LINK_LIFE)
