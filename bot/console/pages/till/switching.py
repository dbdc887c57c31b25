"""Who stands at a shared till: a colleague takes over by PIN, for the till alone.

The session stays the signed-in member's: a PIN opens no other page of the console.
"""

from typing import Final

from aiohttp import web

from bot import resources
from bot.console.access import Routes
from bot.console.attempts import PER_ACCOUNT
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.sign_in import ATTEMPTS
from bot.console.pages.till import saying
from bot.console.pages.till.answering import answer
from bot.console.pages.till.station import colleagues, station_of, take_over
from bot.console.visitor import actor_of, clock_of
from bot.staff import passwords, repository
from bot.staff.audit import audit
from bot.staff.rights import Right

routes: Final = Routes()
_LONGEST_PIN: Final = 8


@routes.post("/till/switch", access=Right.TILL_USE)
async def switch(request: web.Request) -> web.Response:
    """Let a colleague take over who knows their PIN."""
    given, now = await request.post(), clock_of(request)()
    wanted, pin = str(given.get("staff", "")), str(given.get("pin", ""))
    engine, attempts = request.config_dict[resources.ENGINE], request.app[ATTEMPTS]
    async with engine.connect() as connection:
        station = await station_of(request, connection)
        members = await colleagues(connection, station.shop)
        found = next((one for one in members if str(one.staff_id) == wanted), None)
        if found is None:
            return answer(said=saying.say(request, N_("交代するスタッフを選んでください。")))
        kept = await repository.secrets_of(connection, found.staff_id)
    wait = await attempts.take("till-pin", wanted, free=PER_ACCOUNT, now=now)
    if wait:
        words = N_("PINの間違いが続きました。%(seconds)s秒待ってからもう一度お試しください。")
        return answer(said=saying.say(request, words, seconds=int(wait) + 1))
    peppered = passwords.peppered(
        pin[:_LONGEST_PIN],
        secret_key=request.config_dict[resources.SETTINGS].secret_key,
        staff_id=found.staff_id,
    )
    if not await passwords.matches(peppered, kept["pin_hash"] if kept else None):
        return answer(said=saying.say(request, N_("PINが違います。")))
    await attempts.forget("till-pin", wanted)
    await take_over(request, found.staff_id)
    async with engine.begin() as connection:
        await audit(
            connection,
            actor_of(request),
            "till.switch",
            f"staff:{found.staff_id}",
            now=now,
            shop_key=station.shop.key,
        )
    words = N_("%(name)sさんに交代しました。")
    return answer(said=saying.say(request, words, name=found.name), kind="good", done=True)


@routes.post("/till/back", access=Right.TILL_USE)
async def back(request: web.Request) -> web.Response:
    """Let whoever is signed in stand here again."""
    await take_over(request, None)
    return see_other("/console/till")
