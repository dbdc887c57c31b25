"""Where a person can be reached: postal code, prefecture, telephone, e-mail."""

import re
from typing import Any, Final, Literal

from bot.people.bilingual import Language
from bot.people.kinds import BaseAttribute
from bot.people.phone import parse_phone, show_phone
from bot.people.prefectures import CODES, ENGLISH, JAPANESE, parse_prefecture
from bot.people.written import UnreadableError, dashed, plain

_POSTAL: Final = re.compile(r"〒?\s*(\d{3})[-\s]?(\d{4})", re.ASCII)
_STORED_POSTAL: Final = re.compile(r"\d{7}", re.ASCII)
_SHORT_POSTAL: Final = re.compile(r"\d{6}", re.ASCII)

#: Dots in a row and before the @ are against RFC 5322, and older addresses of Japanese carriers
#: have them.
_LOCAL: Final = r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL: Final = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
_LONGEST_EMAIL: Final = 254  # RFC 5321


class PostalCodeAttribute(BaseAttribute):
    """A Japanese postal code, stored as seven digits."""

    kind: Literal["postal_code"]

    def _said(self, value: Any, language: Language) -> str:
        """Write it as on an envelope, without the sign."""
        del language
        return f"{value[:3]}-{value[3:]}" if _STORED_POSTAL.fullmatch(value) else str(value)

    def _read(self, text: str) -> str:
        words = dashed(text)
        if found := _POSTAL.fullmatch(words):
            return found[1] + found[2]
        if _SHORT_POSTAL.fullmatch(words):
            raise UnreadableError(
                ja="6桁しかありません。表計算ソフトで消えた先頭の0を補ってください",
                en="has six digits; a spreadsheet may have dropped the leading 0, put it back",
            )
        raise UnreadableError(
            ja="郵便番号ではありません。123-4567 のように入力してください",
            en="is not a postal code; write it like 123-4567",
        )


class PrefectureAttribute(BaseAttribute):
    """One of the 47, stored as its code of JIS X 0401."""

    kind: Literal["prefecture"]

    def _said(self, value: Any, language: Language) -> str:
        if value not in CODES:
            return str(value)
        return (JAPANESE if language == "ja" else ENGLISH)[CODES.index(value)]

    def _read(self, text: str) -> str:
        return parse_prefecture(text)


class PhoneAttribute(BaseAttribute):
    """A telephone number, stored as E.164."""

    kind: Literal["phone"]

    def _said(self, value: Any, language: Language) -> str:
        """Write it as it is dialled."""
        del language
        return show_phone(value)

    def _read(self, text: str) -> str:
        return parse_phone(text)


class EmailAttribute(BaseAttribute):
    """An e-mail address, stored in small letters: carriers and shops do not tell them apart."""

    kind: Literal["email"]

    def _read(self, text: str) -> str:
        address = plain(text).lower()
        if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
            raise UnreadableError(
                ja="メールアドレスではありません。name@example.com のように入力してください",
                en="is not an e-mail address; write it like name@example.com",
            )
        return address
