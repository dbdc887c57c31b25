"""The numbers of a text's pairs, placed in the days of its message.

    サイズ -> two numbers (bot.store.pairs) -> placed in the days of the message

A pair's number holds the days of its message in its upper bits. So whoever looks for the newest
reads a common pair of a few days, not of years; and what is written now lies together.
"""

from collections.abc import Sequence
from typing import Final

from bot.store.pairs import BITS

#: The days have the 15 bits above those of a pair.
_PERIODS: Final = 1 << 15
#: How many days share their numbers, as microseconds: ids of messages count those.
_PERIOD: Final = 4 * 86_400 * 1_000_000
_ID_BITS: Final = 12


def period(message_id: int) -> int:
    """Return the number of the days in which a message's id was given."""
    return (message_id >> _ID_BITS) // _PERIOD


def placed(numbers: Sequence[int], in_period: int) -> list[int]:
    """Return the numbers as the index keeps them for messages of some days."""
    days = (in_period % _PERIODS) << BITS
    return [days | number for number in numbers]
