"""That a mail address is somebody's: a code that is sent there, and typed where it was asked for.

Nothing is kept: a code is made of who asks, for which address, and the hour.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = 200
_ADDRESS: Final = re.compile(
    r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:\"()\[\]\\.]+"
)
_HOUR: Final = timedelta(hours=1)
_DIGITS: Final = 6

SUBJECT: Final = "【{shop}】確認コード {code}"
BODY: Final = (
    "コンソールの「通知」の画面に、このコードを入力してください。\n\n{code}\n\n"
    "1時間ほど使えます。心当たりがなければ、このメールは破棄してください。\n"
    "Enter this code on the page Notices of the console. "
    "If you did not ask for it, please ignore this mail.\n"
)


def fit_address(text: str) -> str | None:
    """Return a mail address as it is kept; None: it is none."""
    text = text.strip()
    return text if len(text) <= LONGEST and _ADDRESS.fullmatch(text) else None


def code(secret_key: str, staff_id: int, address: str, *, now: datetime) -> str:
    """Return the code of this hour."""
    said = f"mail\0{staff_id}\0{address}\0{int(now.timestamp() // _HOUR.total_seconds())}"
    digest = hmac.new(secret_key.encode(), said.encode(), hashlib.sha256).digest()
    return str(int.from_bytes(digest[:8], "big") % 10**_DIGITS).zfill(_DIGITS)


def is_right(typed: str, secret_key: str, staff_id: int, address: str, *, now: datetime) -> bool:
    """Whether a code is that of this hour, or of the last one."""
    digits = "".join(sign for sign in typed if sign.isdecimal())
    good = [code(secret_key, staff_id, address, now=at) for at in (now, now - _HOUR)]
    return any(hmac.compare_digest(each.encode(), digits.encode()) for each in good)
