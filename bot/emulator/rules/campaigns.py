"""Measuring messages to many: who got them, saw them and tapped in them."""

from collections.abc import Sequence
from typing import Any

from bot.emulator import limits
from bot.emulator.model import Campaign, World


def measure(world: World, campaign: Campaign, delivered: Sequence[str]) -> None:
    """Start measuring a call that was sent."""
    campaign.delivered = list(delivered)
    world.campaigns.sent[campaign.request_id] = campaign


def shown(value: int) -> int | None:
    """Return a value as insight shows it: small ones are null, to protect people."""
    return value if value >= limits.INSIGHT_SHOWN_FROM else None


def click_rows(campaigns: Sequence[Campaign], *, hide: bool = True) -> list[dict[str, Any]]:
    """Return the taps on each address of each message."""
    rows: dict[tuple[int, str], list[str]] = {}
    everybody: set[str] = set()
    for campaign in campaigns:
        for seq, url, user_id in campaign.clicks:
            rows.setdefault((seq, url), []).append(user_id)
            everybody.add(user_id)
    enough = not hide or len(everybody) >= limits.INSIGHT_SHOWN_FROM
    return [
        {
            "seq": seq,
            "url": url,
            "click": len(users) if enough else None,
            "uniqueClick": shown(len(set(users))) if enough else None,
            "uniqueClickOfRequest": shown(len(everybody)) if enough else None,
        }
        for (seq, url), users in sorted(rows.items())
    ]


def message_rows(campaigns: Sequence[Campaign], *, unique: bool) -> list[dict[str, Any]]:
    """Return the views of each message; nothing here plays, so media values are null."""
    seen = [user_id for campaign in campaigns for user_id in campaign.seen]
    count = max((len(campaign.messages) for campaign in campaigns), default=0)
    users = shown(len(set(seen)))
    rows: list[dict[str, Any]] = []
    for seq in range(1, count + 1):
        row: dict[str, Any] = {"seq": seq, "impression": len(seen) if users else None}
        if unique:
            row["uniqueImpression"] = users
        rows.append(row | dict.fromkeys(_MEDIA))
    return rows


_MEDIA = (
    "mediaPlayed",
    "mediaPlayed25Percent",
    "mediaPlayed50Percent",
    "mediaPlayed75Percent",
    "mediaPlayed100Percent",
    "uniqueMediaPlayed",
    "uniqueMediaPlayed25Percent",
    "uniqueMediaPlayed50Percent",
    "uniqueMediaPlayed75Percent",
    "uniqueMediaPlayed100Percent",
)


def overview(campaigns: Sequence[Campaign]) -> dict[str, Any]:
    """Return the unique views and taps over all messages."""
    seen = {user_id for campaign in campaigns for user_id in campaign.seen}
    clicked = {user_id for campaign in campaigns for _, _, user_id in campaign.clicks}
    return {
        "uniqueImpression": shown(len(seen)),
        "uniqueClick": shown(len(clicked)),
        "uniqueMediaPlayed": None,
        "uniqueMediaPlayed100Percent": None,
    }
