"""The plainest kinds of attribute, and what every kind can do.

    a form, a CSV cell -> parse -> JSON value (checked) -> storage -> show -> a screen, a CSV cell

``parse`` takes what people write, ``check`` only what ``parse`` returns.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from bot.content.words import Key
from bot.content.yaml_source import Content
from bot.people.bilingual import Bilingual, Language
from bot.people.model import PeopleError
from bot.people.written import UnreadableError, folded, plain

#: The JSON types that attributes are stored as.
Stored: TypeAlias = Literal["text", "number", "boolean", "list"]

_NUMBER: Final = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: Beyond this a JSON number loses digits on its way through browsers and spreadsheets.
_LARGEST: Final = 10**15

_YES: Final = "はい yes y true t on 1 ○ 〇 ◯ 有 有り あり 有る ある する 済 済み 希望する 同意する"
_NO: Final = "いいえ no n false f off 0 × ✕ 無 無し なし 無い ない しない 未 希望しない 同意しない"
_BOOLEANS: Final = {
    **{folded(word): True for word in _YES.split()},
    **{folded(word): False for word in _NO.split()},
}


_TYPES: Final[Mapping[Stored, Any]] = {
    "text": str,
    "number": (int, float),
    "boolean": bool,
    "list": list,
}


def _plainly(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)


def spelled(number: float) -> str:
    """Write a number with all of its digits, as it can be read again: never as 1e+06."""
    if isinstance(number, int) or number.is_integer():
        return str(int(number))
    return format(Decimal(repr(number)), "f")


class UnfitError(PeopleError):
    """A value does not fit its attribute; names the field and the mend, never the value."""

    def __init__(self, attribute: "BaseAttribute", cause: UnreadableError) -> None:
        super().__init__(f"{attribute.label.en}: {cause.en}")
        self.attribute = attribute
        self.reason = Bilingual(ja=cause.ja, en=cause.en)

    def say(self, language: Language) -> str:
        """Tell the person who entered it."""
        return f"{self.attribute.label.say(language)}: {self.reason.say(language)}"


class BaseAttribute(Content):
    """Something that can be known of a person."""

    stored: ClassVar[Stored] = "text"

    key: Key
    #: Stands before the value on screens and over its column.
    label: Bilingual

    def parse(self, text: str) -> Any:
        """Read what a person wrote.

        Returns:
            The JSON value to store.

        Raises:
            UnfitError: it cannot be read, or is out of range.
        """
        try:
            return self._read(text)
        except UnreadableError as error:
            raise UnfitError(self, error) from None

    def check(self, value: Any) -> None:
        """Take a JSON value as ``parse`` returns it.

        Raises:
            UnfitError: it is another.
        """
        if not isinstance(value, str) or self.parse(value) != value:
            raise self._other_form()

    def show(self, value: Any, language: Language) -> str:
        """Put a stored value into words.

        One of another kind, from before the definition was changed, stands for itself.
        """
        if not isinstance(value, _TYPES[self.stored]):
            return _plainly(value)
        try:
            return self._said(value, language)
        except ValueError:
            return _plainly(value)

    def _said(self, value: Any, language: Language) -> str:
        del language
        return str(value)

    def _read(self, text: str) -> Any:
        raise NotImplementedError

    def _other_form(self) -> UnfitError:
        en = "is not in the form it is stored in; have it read from text first"
        return UnfitError(self, UnreadableError(ja="保存できる形ではありません", en=en))


class TextAttribute(BaseAttribute):
    """Words, kept as they were written."""

    kind: Literal["text"]
    #: In characters.
    longest: Annotated[int, Field(ge=1, le=5_000)] = 500

    def _read(self, text: str) -> str:
        words = text.strip()
        if not words:
            raise UnreadableError(ja="何か入力してください", en="is empty; write something")
        if len(words) > self.longest:
            raise UnreadableError(
                ja=f"{len(words)}文字あります。{self.longest}文字までにしてください",
                en=f"has {len(words)} characters where {self.longest} fit; shorten it",
            )
        if _CONTROL.search(words):
            raise UnreadableError(
                ja="制御文字が含まれています。取り除いてください",
                en="holds control characters; remove them",
            )
        return words


class NumberAttribute(BaseAttribute):
    """A count or a measure; codes with leading zeros are texts."""

    stored: ClassVar[Stored] = "number"

    kind: Literal["number"]
    #: No fractions.
    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None
    #: Stands after the number, such as 円.
    unit: Bilingual | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum lies above maximum; swap them")
        return self

    def check(self, value: Any) -> None:
        """Take a finite number in range."""
        if type(value) not in {int, float} or not math.isfinite(value):
            raise self._other_form()
        try:
            self._in_range(value)
        except UnreadableError as error:
            raise UnfitError(self, error) from None

    def _said(self, value: Any, language: Language) -> str:
        number = spelled(value)
        if self.unit is None:
            return number
        return f"{number}{self.unit.ja}" if language == "ja" else f"{number} {self.unit.en}"

    def _read(self, text: str) -> int | float:
        words = plain(text).replace("−", "-").replace(" ", "")
        words = re.sub(r"^[▲△]", "-", words).removeprefix("¥").removeprefix("\\")
        for unit in (self.unit.ja, self.unit.en) if self.unit else ():
            words = words.removesuffix(plain(unit).replace(" ", ""))
        if not _NUMBER.fullmatch(words) or not words.isascii():
            raise UnreadableError(
                ja="数字ではありません。1200 のように入力してください",
                en="is not a number; write it like 1200",
            )
        number = float(words.replace(",", ""))
        value = int(number) if number.is_integer() and abs(number) <= _LARGEST else number
        self._in_range(value)
        return value

    def _in_range(self, value: float) -> None:
        least = -_LARGEST if self.minimum is None else self.minimum
        most = _LARGEST if self.maximum is None else self.maximum
        if not least <= value <= most:
            low, high = spelled(least), spelled(most)
            if self.maximum is None and value < least:
                ja, en = f"{low}以上の数字にしてください", f"is too small; write {low} or more"
            elif self.minimum is None and value > most:
                ja, en = f"{high}以下の数字にしてください", f"is too large; write {high} or less"
            else:
                ja = f"{low}から{high}までの数字にしてください"
                en = f"is out of range; write a number from {low} to {high}"
            raise UnreadableError(ja=ja, en=en)
        if self.whole and not isinstance(value, int):
            raise UnreadableError(
                ja="小数ではなく、整数で入力してください",
                en="has a fraction; write a whole number",
            )


class BooleanAttribute(BaseAttribute):
    """Yes or no."""

    stored: ClassVar[Stored] = "boolean"

    kind: Literal["boolean"]

    def check(self, value: Any) -> None:
        """Take true or false."""
        if not isinstance(value, bool):
            raise self._other_form()

    def _said(self, value: Any, language: Language) -> str:
        if language == "ja":
            return "はい" if value else "いいえ"
        return "yes" if value else "no"

    def _read(self, text: str) -> bool:
        try:
            return _BOOLEANS[folded(text)]
        except KeyError:
            raise UnreadableError(
                ja="「はい」か「いいえ」で入力してください",
                en="is neither yes nor no; write one of them",
            ) from None
