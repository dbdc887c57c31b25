"""What is said of a member's rank and points, in the talk and on the card's page alike."""

from bot.content import Wallet
from bot.membership.ranks import RankRules, Standing
from bot.points.model import Balance


def to_next(wallet: Wallet, rules: RankRules, standing: Standing) -> str:
    """Say what is missing to the next rank; of the highest one only its name is left."""
    words = wallet.card
    if standing.next_rank is None:
        return standing.rank.name
    is_yen = rules.basis == "purchases"
    missing = (words.yen if is_yen else words.earned).format(amount=f"{standing.missing:,}")
    return words.to_next.format(missing=missing, rank=standing.next_rank.name)


def expiry(wallet: Wallet, balance: Balance) -> str:
    """Say which points expire next, and when."""
    if balance.next_expires_at is None:
        return wallet.card.no_expiry
    last = wallet.dates.before(balance.next_expires_at)
    return wallet.card.expiring.format(until=last, points=f"{balance.next_expiring:,}")
