"""enishi richmenus: from the files in richmenus/ to LINE."""

from typing import TYPE_CHECKING

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.clock import Clock
    from bot.line.richmenus import RichMenus
    from bot.settings import Settings

commands = typer.Typer(help="The rich menus on LINE.", no_args_is_help=True)


@commands.command()
def publish() -> None:
    """Bring the menus to LINE, show them to everybody, delete the versions before."""

    async def work() -> None:
        from bot.cli.opened import settings_here
        from bot.clock import utc_now

        print(await publish_menus(settings_here(), clock=utc_now))

    run(work())


async def publish_menus(settings: "Settings", *, clock: "Clock") -> str:
    """Publish, link friends to the new versions, then delete the old; say what was done.

    Raises:
        SetupError: LINE refused; publishing again goes on from there.
    """
    from bot.content import menu_rules
    from bot.errors import SetupError
    from bot.line.client import LineClient, open_session
    from bot.line.richmenus import RichMenus
    from bot.menus import repository
    from bot.store import schema
    from bot.store.engine import open_engine
    from richmenus.calls import LineMenus
    from richmenus.plan import versions
    from richmenus.publish import PublishError, retire
    from richmenus.publish import publish as bring

    wanted, default = versions(), menu_rules().default
    engine = open_engine(str(settings.database_url))
    try:
        await schema.require_current(engine)
        async with open_session() as http:
            client = LineClient(
                http, base=settings.line_api_base, token=settings.channel_access_token
            )
            menus = LineMenus(client)
            published = await bring(menus, wanted, default=default)
            async with engine.begin() as connection:
                await repository.save(connection, published.ids, now=clock())
            moved = 0
            for key in published.created:
                moved += await _relink(engine, RichMenus(client), key, published.ids[key])
            deleted = await retire(menus, wanted)
    except PublishError as error:
        raise SetupError(f"The menus are not all on LINE: {error}\n  Publish again.") from error
    finally:
        await engine.dispose()
    return (
        f"{len(published.ids)} menus on LINE: {len(published.created)} new, "
        f"{moved} friends moved to them, {len(deleted)} old ones deleted."
    )


async def _relink(engine: "AsyncEngine", menus: "RichMenus", key: str, rich_menu_id: str) -> int:
    """Show the new version of a menu to the friends who have the old one."""
    from bot.line.limits import BULK_LINK_USERS
    from bot.menus import repository
    from richmenus.publish import PublishError

    async with engine.connect() as connection:
        user_ids = await repository.shown(connection, key)
    for start in range(0, len(user_ids), BULK_LINK_USERS):
        answer = await menus.link_many(rich_menu_id, user_ids[start : start + BULK_LINK_USERS])
        if not answer.ok:
            raise PublishError(f"linking friends to {key}: {answer.message}")
    return len(user_ids)
