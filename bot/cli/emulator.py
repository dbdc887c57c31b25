"""``enishi emulator``: a LINE platform on this machine for any bot."""

from asyncio import AbstractEventLoop, new_event_loop
from pathlib import Path
from typing import Annotated

import typer


def emulator(  # noqa: PLR0917 - typer calls it by name
    webhook: Annotated[str | None, typer.Option(help="Where the bot takes webhooks.")] = None,
    channel_secret: Annotated[
        str, typer.Option(help="Signs webhooks.", envvar="LINE_CHANNEL_SECRET")
    ] = "demo-channel-secret",  # noqa: S107 - of the demo
    channel_access_token: Annotated[
        str, typer.Option(help="What calls must bear.", envvar="LINE_CHANNEL_ACCESS_TOKEN")
    ] = "demo-channel-access-token",  # noqa: S107 - of the demo
    channel_id: Annotated[str, typer.Option(help="The channel's id.")] = "1000000001",
    login_channel_id: Annotated[
        str, typer.Option(help="The login channel's id, of the same provider.")
    ] = "1000000002",
    login_channel_secret: Annotated[
        str, typer.Option(help="The login channel's secret.")
    ] = "demo-login-channel-secret",  # noqa: S107 - of the demo
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", envvar="EMULATOR_PORT")] = 8100,
    state: Annotated[
        Path | None, typer.Option(help="File that outlives a restart; in memory without.")
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            help="Public address served here, as https://shop.example=http://127.0.0.1:8000."
        ),
    ] = None,
    rate_scale: Annotated[
        float, typer.Option(help="Scales LINE's rate limits; 0 lifts them.")
    ] = 1.0,
    monthly_limit: Annotated[
        int, typer.Option(help="Messages a month; -1 for no ceiling.")
    ] = 5000,
) -> None:
    """Run an emulated LINE platform: API, webhooks and a phone page."""
    from aiohttp import web

    from bot.emulator import LineEmulator
    from bot.emulator.storage import UnreadableStateError

    try:
        line = LineEmulator(
            channel_secret=channel_secret,
            channel_access_token=channel_access_token,
            webhook_url=webhook,
            state_path=state,
            origins=dict(_origin(text) for text in origin or []),
            rate_scale=rate_scale,
            monthly_limit=None if monthly_limit < 0 else monthly_limit,
            channel_id=channel_id,
            login_channel_id=login_channel_id,
            login_channel_secret=login_channel_secret,
        )
    except UnreadableStateError as error:
        raise typer.BadParameter(str(error), param_hint="--state") from None
    print(f"The emulated LINE listens on http://{host}:{port} (phone page at /)")
    web.run_app(line.app, host=host, port=port, print=None, access_log=None, loop=_fast_loop())


def _fast_loop() -> AbstractEventLoop:
    """Return uvloop's loop where there is one: half as many calls again in a second."""
    try:
        import uvloop
    except ImportError:  # Windows
        return new_event_loop()
    loop: AbstractEventLoop = uvloop.new_event_loop()
    return loop


def _origin(text: str) -> tuple[str, str]:
    public, found, local = text.partition("=")
    if not found or "://" not in public or "://" not in local:
        raise typer.BadParameter(f"{text}: write PUBLIC=LOCAL, both with http:// or https://")
    return public.rstrip("/"), local.rstrip("/")
