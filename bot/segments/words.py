"""A rule in words: 「女性 かつ 30〜39歳 かつ 会員」, "Female and 30–39 years and Member"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.people.bilingual import Language
from bot.segments import model
from bot.segments.catalogue import Catalogue, Field, Kind
from bot.segments.operators import Op
from bot.segments.phrases import BETWEEN, BETWEEN_SETS, OPPOSITES, phrase

_AND: Final = {"ja": " かつ ", "en": " and "}
_OR: Final = {"ja": " または ", "en": " or "}
_NOT: Final = {"ja": "（{0}）に当てはまらない", "en": "not ({0})"}
_GROUP: Final = {"ja": "（{0}）", "en": "({0})"}
_EVERYBODY: Final = {"ja": "すべての友だち", "en": "everybody"}
_NOBODY: Final = {"ja": "だれにも当てはまらない", "en": "nobody"}
_IS_NO: Final = {"ja": "{0}ではない", "en": "not {0}"}
#: Behind what holds for others than some, it is said whether those of whom nothing is known count.
_INCLUDED: Final = {"ja": "{0}（{1}を含む）", "en": "{0} (including {1})"}
_LEFT_OUT: Final = {"ja": "{0}（{1}を除く）", "en": "{0} (without {1})"}
_QUOTED: Final = {"ja": "「{0}」", "en": "“{0}”"}
_FLAGS: Final = {"ja": {True: "はい", False: "いいえ"}, "en": {True: "yes", False: "no"}}
_MONTHS: Final = {
    "ja": {"this": "今月", "next": "来月"},
    "en": {"this": "this month", "next": "next month"},
}
_ANNIVERSARY: Final = {"ja": "{0}の月日", "en": "Anniversary of {0}"}
_NEGATIVE: Final = (Op.IS_NOT, Op.NONE_OF, Op.UNEQUAL)


def say(rule: model.Rule, catalogue: Catalogue, language: Language) -> str:
    """Put a rule into words."""
    match rule:
        case model.All(parts=parts):
            return _joined(parts, catalogue, language, _AND, _EVERYBODY)
        case model.AnyOf(parts=parts):
            return _joined(parts, catalogue, language, _OR, _NOBODY)
        case model.Not(part=model.Condition(field=key, op=op, value=value)):
            return _Condition(catalogue[key], op, value, language).say(holds=False)
        case model.Not(part=part):
            return _NOT[language].format(say(part, catalogue, language))
        case model.Condition(field=key, op=op, value=value):
            return _Condition(catalogue[key], op, value, language).say(holds=True)


def missing(field: Field, language: Language) -> str:
    """Say that a field has no value."""
    return field.presence.missing.say(language).format(name=field.name.say(language))


def _joined(
    parts: tuple[model.Rule, ...],
    catalogue: Catalogue,
    language: Language,
    between: Mapping[str, str],
    none: Mapping[str, str],
) -> str:
    said = [say(part, catalogue, language) for part in parts]
    if not said:
        return none[language]
    if len(said) == 1:
        return said[0]
    for index, part in enumerate(parts):
        if isinstance(part, (model.All, model.AnyOf)) and len(part.parts) > 1:
            said[index] = _GROUP[language].format(said[index])
    return between[language].join(said)


@dataclass(frozen=True, slots=True)
class _Condition:
    field: Field
    op: Op
    value: Any
    language: Language

    def say(self, *, holds: bool) -> str:
        """Say that it holds, or that it does not."""
        field, language = self.field, self.language
        if self.op in {Op.SET, Op.NOT_SET}:
            return self._presence(is_there=(self.op is Op.SET) is holds)
        if field.kind is Kind.BOOLEAN and field.is_plain:
            name = field.name.say(language)
            return name if self.value is holds else _IS_NO[language].format(name)
        said = self._sentence(holds=holds)
        if field.is_always_known or (holds and self.op not in _NEGATIVE):
            return said
        note = field.presence.note.say(language)
        return (_LEFT_OUT if holds else _INCLUDED)[language].format(said, note)

    def _presence(self, *, is_there: bool) -> str:
        if not is_there:
            return missing(self.field, self.language)
        name = self.field.name.say(self.language)
        return self.field.presence.there.say(self.language).format(name=name)

    def _sentence(self, *, holds: bool) -> str:
        field, op, language = self.field, self.op, self.language
        name = field.name.say(language)
        said = op if holds else OPPOSITES.get(op, op)
        value = self._value(said)
        if field.is_plain and holds and op in {Op.IS, Op.ANY_OF, Op.BETWEEN, Op.EQUAL}:
            return value
        sentence = phrase(op, language, is_set=field.kind is Kind.MULTI, holds=holds).format(
            name=name,
            value=value,
            anniversary=self._anniversary(),
        )
        # 「年齢が30歳以上」 says no more than 「30歳以上」.
        return sentence.removeprefix(f"{name}が") if field.is_plain else sentence

    def _anniversary(self) -> str:
        if self.field.anniversary is not None:
            return self.field.anniversary.say(self.language)
        return _ANNIVERSARY[self.language].format(self.field.name.say(self.language))

    def _value(self, op: Op) -> str:
        field, value, language = self.field, self.value, self.language
        if op is Op.ANNIVERSARY_MONTH:
            return _MONTHS[language].get(value) or _month(value, language)
        if op in {Op.WITHIN_LAST, Op.BEFORE_LAST, Op.WITHIN_NEXT}:
            return str(value)
        if op is Op.BETWEEN and field.kind is Kind.NUMBER:
            low, high = (_number(bound) for bound in value)
            dash = "〜" if language == "ja" else "–"
            return f"{low}{dash}{high}{_unit(field, language)}"
        if op is Op.BETWEEN:
            low, high = (shown(field, bound, language) for bound in value)
            return f"{low}〜{high}" if language == "ja" else f"from {low} to {high}"
        if isinstance(value, tuple):
            between = BETWEEN_SETS if field.kind is Kind.MULTI else BETWEEN
            return between[language][op].join(_quoted(field, item, language) for item in value)
        return "" if value is None else _quoted(field, value, language)


def _quoted(field: Field, value: Any, language: Language) -> str:
    said = shown(field, value, language)
    if field.is_plain or field.kind in {Kind.NUMBER, Kind.DATE}:
        return said
    if field.kind is Kind.BOOLEAN and language == "en":
        return said
    return _QUOTED[language].format(said)


def shown(field: Field, value: Any, language: Language) -> str:
    """Put one value of a field into words."""
    if isinstance(value, (list, tuple)):
        return ("、" if language == "ja" else ", ").join(
            shown(field, item, language) for item in value
        )
    if isinstance(value, bool):
        return _FLAGS[language][value]
    if value in field.choices:
        return field.choices[value].say(language)
    if field.kind is Kind.NUMBER:
        return f"{_number(value)}{_unit(field, language)}"
    return _day(value) if field.kind is Kind.DATE and language == "ja" else str(value)


def _number(value: float) -> str:
    return f"{int(value) if value == int(value) else value:,}"


def _unit(field: Field, language: Language) -> str:
    if field.unit is None:
        return ""
    return field.unit.ja if language == "ja" else f" {field.unit.en}"


def _month(month: int, language: Language) -> str:
    return f"{month}月" if language == "ja" else f"in {date(2000, month, 1):%B}"


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text  # stored before it had to be a day
    return f"{day.year}年{day.month}月{day.day}日"
