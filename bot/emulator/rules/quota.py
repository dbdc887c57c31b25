"""The month's bill: recipients reached by push, multicast, broadcast and narrowcast."""

from bot.emulator.errors import LineError
from bot.emulator.model import Ledger
from bot.emulator.rules.calendar import day_of, month_of


def used(ledger: Ledger, now: float) -> int:
    """Return the messages billed in the month of ``now``."""
    return ledger.used.get(month_of(now), 0)


def remaining(ledger: Ledger, now: float) -> int | None:
    """Return what may still be sent this month; None without a ceiling."""
    if ledger.limit is None:
        return None
    return max(0, ledger.limit - used(ledger, now) - sum(ledger.reserved.values()))


def require(ledger: Ledger, cost: int, now: float) -> None:
    """Refuse a whole call that the month's quota cannot carry.

    Raises:
        LineError: 429, nothing is sent.
    """
    left = remaining(ledger, now)
    if left is not None and cost > left:
        raise LineError(429, "You have reached your monthly limit.")


def charge(ledger: Ledger, cost: int, now: float) -> None:
    """Bill recipients to the month of ``now``."""
    if cost:
        month = month_of(now)
        ledger.used[month] = ledger.used.get(month, 0) + cost
        ledger.recent.append([now, cost])
        del ledger.recent[:-1000]


def count_sent(ledger: Ledger, via: str, recipients: int, now: float) -> None:
    """Count recipients for the day's statistics."""
    day = ledger.sent.setdefault(day_of(now), {})
    day[via] = day.get(via, 0) + recipients


def reported_usage(ledger: Ledger, now: float, lag_seconds: float) -> int:
    """Return the consumption as LINE reports it, without spending younger than the lag."""
    month = month_of(now)
    late = sum(
        cost
        for at, cost in ledger.recent
        if lag_seconds and now - at < lag_seconds and month_of(at) == month
    )
    return int(used(ledger, now) - late)
