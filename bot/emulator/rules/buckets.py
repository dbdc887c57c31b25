"""Token buckets: one per operation, refilled by the virtual clock."""

from dataclasses import dataclass

from bot.emulator.limits import Rate


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Buckets:
    """Rate limits of one channel; LINE keeps a token bucket per method and path template."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    def take(self, operation: str, rate: Rate, *, scale: float, now: float) -> bool:
        """Spend one request; False when the bucket is empty.

        Args:
            operation: method and path template.
            rate: the documented limit, which is also the bucket's size.
            scale: multiplies the limit; 0 lifts it.
            now: seconds since 1970.
        """
        if not scale:
            return True
        size = rate.count * scale
        bucket = self._buckets.get(operation)
        if bucket is None:
            bucket = self._buckets[operation] = _Bucket(size, now)
        gained = max(0.0, now - bucket.at) * size / rate.seconds
        bucket.tokens = min(size, bucket.tokens + gained)
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def clear(self) -> None:
        """Fill every bucket."""
        self._buckets.clear()
