"""enishi coupons: campaigns, their codes, and their draws once more."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.loop import run

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.coupons.campaign import Campaign
    from bot.coupons.shelf import Campaigns

commands = typer.Typer(
    help="Coupons: campaigns, their codes, and their draws once more.", no_args_is_help=True
)
_Campaign = Annotated[str, typer.Argument(help="The key of a campaign.")]


@commands.command("list")
def list_campaigns() -> None:
    """Show campaigns: how many coupons went out, were used, and were followed by a block."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.coupons.blocks import EVER, per_campaign

        async with transaction() as connection:
            counts = {each.campaign: each for each in await per_campaign(connection, since=EVER)}
            for campaign in await _campaigns(connection):
                count = counts.get(campaign.key)
                went = (0, 0, 0) if count is None else (count.issued, count.used, count.blocked)
                out, used, blocked = went
                print(f"{campaign.key}  {campaign.title}")
                print(f"  {campaign.visibility}, {out} out, {used} used, {blocked} blocked after")

    run(work())


@commands.command("load-codes")
def load_codes(
    campaign: _Campaign,
    file: Annotated[Path, typer.Argument(help="CSV, UTF-8: one code a line, first column.")],
) -> None:
    """Add codes of yours to a campaign with serials: pool."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.errors import SetupError

        async with transaction() as connection:
            known = await _campaigns(connection)
            if _known(known, campaign).serials != "pool":
                raise SetupError(f"{campaign} takes no codes; write serials: pool in its file.")
            added = await known.load_serials(connection, campaign, _first_column(file))
        print(f"{added} new codes.")

    run(work())


@commands.command()
def audit(campaign: _Campaign) -> None:
    """Draw every draw of a lottery again, and say which came out otherwise."""

    async def work() -> None:
        from bot.cli.opened import transaction
        from bot.coupons import lottery
        from bot.coupons.repository import draws_after

        number, wrong, after = 0, 0, 0
        async with transaction() as connection:
            _known(await _campaigns(connection), campaign)
            while draws := await draws_after(connection, campaign, after=after):
                for draw in draws:
                    number += 1
                    again = lottery.draw(draw.seed, draw.odds)
                    if again != draw.prize or lottery.commitment(draw.seed) != draw.commitment:
                        wrong += 1
                        print(f"draw {draw.draw_id}: stored {draw.prize}, drawn again {again}")
                after = draws[-1].draw_id
        print(f"{number} draws, {wrong} of them otherwise.")
        if wrong:
            raise typer.Exit(1)

    run(work())


async def _campaigns(connection: "AsyncConnection") -> "Campaigns":
    from bot.coupons.campaign import load_all
    from bot.coupons.shelf import Campaigns

    campaigns = Campaigns(load_all())
    await campaigns.refresh(connection)
    return campaigns


def _known(campaigns: "Campaigns", key: str) -> "Campaign":
    from bot.coupons.model import UnknownCampaignError
    from bot.errors import SetupError

    try:
        return campaigns[key]
    except UnknownCampaignError as error:
        there = ", ".join(campaign.key for campaign in campaigns)
        raise SetupError(f"{error}; there are: {there}") from error


def _first_column(file: Path) -> list[str]:
    from bot.errors import SetupError

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [row[0] for row in csv.reader(lines) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{file} cannot be read as UTF-8 text: {error}") from error
