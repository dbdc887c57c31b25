"""The code of this half minute and the one after it, as pages show them.

The second one lets a page go on where the connection is slow; it is shown when its time has come.
"""

from datetime import datetime
from typing import Any, Final

from bot.membership import symbols
from bot.membership.codes import Codes, Kind
from bot.store.types import to_ms

#: Digits at the end of a typed code that change.
CHANGING: Final = 6


def shown(codes: Codes, kind: Kind, handle: str, *, now: datetime) -> dict[str, Any]:
    """Return both, and the server's time, which the page goes by."""
    first = codes.make(kind, handle, now=now)
    second = codes.make(kind, handle, now=first.changes_at)
    return {
        "now": to_ms(now),
        "codes": [
            {
                "until": to_ms(code.changes_at),
                "path": (symbol := symbols.qr(code.payload)).path,
                "side": symbol.width,
                "typed": code.typed,
                "digits": code.typed.replace(" ", "")[-CHANGING:],
            }
            for code in (first, second)
        ],
    }
