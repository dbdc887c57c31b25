"""A rule in words: 「女性 かつ 30〜39歳 かつ 会員」, "Female and 30–39 years and Member"."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.people.bilingual import Language
from bot.segments import model
from bot.segments.catalogue import Catalogue, Field, Kind
from bot.segments.operators import Op

_AND: Final = {"ja": " かつ ", "en": " and "}
_OR: Final = {"ja": " または ", "en": " or "}
_NOT: Final = {"ja": "（{0}）に当てはまらない", "en": "not ({0})"}
_GROUP: Final = {"ja": "（{0}）", "en": "({0})"}
_EVERYBODY: Final = {"ja": "すべての友だち", "en": "everybody"}
_NOBODY: Final = {"ja": "だれにも当てはまらない", "en": "nobody"}
_FLAGS: Final = {"ja": {True: "はい", False: "いいえ"}, "en": {True: "yes", False: "no"}}
_MONTHS: Final = {
    "ja": {"this": "今月", "next": "来月"},
    "en": {"this": "this month", "next": "next month"},
}

_JA: Final[Mapping[Op, str]] = {
    Op.IS: "{name}が{value}",
    Op.IS_NOT: "{name}が{value}以外",
    Op.CONTAINS: "{name}に{value}を含む",
    Op.STARTS_WITH: "{name}が{value}で始まる",
    Op.SET: "{name}の登録あり",
    Op.NOT_SET: "{name}の登録なし",
    Op.EQUAL: "{name}が{value}",
    Op.UNEQUAL: "{name}が{value}以外",
    Op.LESS: "{name}が{value}未満",
    Op.AT_MOST: "{name}が{value}以下",
    Op.MORE: "{name}が{value}を超える",
    Op.AT_LEAST: "{name}が{value}以上",
    Op.BETWEEN: "{name}が{value}",
    Op.ON: "{name}が{value}",
    Op.BEFORE: "{name}が{value}より前",
    Op.AFTER: "{name}が{value}より後",
    Op.WITHIN_LAST: "{name}が過去{value}日以内",
    Op.WITHIN_NEXT: "{name}が今後{value}日以内",
    Op.ANNIVERSARY_MONTH: "{name}が{value}",
    Op.ANNIVERSARY_TODAY: "{name}が今日",
    Op.ANY_OF: "{name}が{value}",
    Op.NONE_OF: "{name}が{value}以外",
}
_JA_SETS: Final[Mapping[Op, str]] = {
    Op.IS: "{name}に{value}がある",
    Op.IS_NOT: "{name}に{value}がない",
    Op.SET: "{name}がひとつ以上ある",
    Op.NOT_SET: "{name}がひとつもない",
    Op.ANY_OF: "{name}に{value}がある",
    Op.ALL_OF: "{name}に{value}がすべてある",
    Op.NONE_OF: "{name}に{value}がどれもない",
}
_EN: Final[Mapping[Op, str]] = {
    Op.IS: "{name} is {value}",
    Op.IS_NOT: "{name} is not {value}",
    Op.CONTAINS: "{name} contains {value}",
    Op.STARTS_WITH: "{name} starts with {value}",
    Op.SET: "{name} is known",
    Op.NOT_SET: "{name} is not known",
    Op.EQUAL: "{name} is {value}",
    Op.UNEQUAL: "{name} is not {value}",
    Op.LESS: "{name} is below {value}",
    Op.AT_MOST: "{name} is at most {value}",
    Op.MORE: "{name} is above {value}",
    Op.AT_LEAST: "{name} is at least {value}",
    Op.BETWEEN: "{name} is {value}",
    Op.ON: "{name} is {value}",
    Op.BEFORE: "{name} is before {value}",
    Op.AFTER: "{name} is after {value}",
    Op.WITHIN_LAST: "{name} is within the last {value} days",
    Op.WITHIN_NEXT: "{name} is within the next {value} days",
    Op.ANNIVERSARY_MONTH: "{name} comes round {value}",
    Op.ANNIVERSARY_TODAY: "{name} comes round today",
    Op.ANY_OF: "{name} is {value}",
    Op.NONE_OF: "{name} is none of {value}",
}
_EN_SETS: Final[Mapping[Op, str]] = {
    Op.IS: "{name} has {value}",
    Op.IS_NOT: "{name} lacks {value}",
    Op.SET: "any {name}",
    Op.NOT_SET: "no {name}",
    Op.ANY_OF: "{name} has {value}",
    Op.ALL_OF: "{name} has all of {value}",
    Op.NONE_OF: "{name} has none of {value}",
}
_BETWEEN: Final = {
    "ja": {Op.ANY_OF: "か", Op.ALL_OF: "と", Op.NONE_OF: "と"},
    "en": {Op.ANY_OF: " or ", Op.ALL_OF: " and ", Op.NONE_OF: ", "},
}


def say(rule: model.Rule, catalogue: Catalogue, language: Language) -> str:
    """Put a rule into words."""
    match rule:
        case model.All(parts=parts):
            return _joined(parts, catalogue, language, _AND, _EVERYBODY)
        case model.AnyOf(parts=parts):
            return _joined(parts, catalogue, language, _OR, _NOBODY)
        case model.Not(part=part):
            return _NOT[language].format(say(part, catalogue, language))
        case model.Condition(field=key, op=op, value=value):
            return _condition(catalogue[key], op, value, language)


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


def _condition(field: Field, op: Op, value: Any, language: Language) -> str:
    name = field.name.say(language)
    if field.kind is Kind.BOOLEAN and field.is_plain:
        return name if value else _NOT[language].format(name)
    said = _value(field, op, value, language)
    if field.is_plain and op in {Op.IS, Op.ANY_OF, Op.BETWEEN, Op.EQUAL}:
        return said
    plain, sets = (_JA, _JA_SETS) if language == "ja" else (_EN, _EN_SETS)
    sentence = (sets if field.kind is Kind.MULTI else plain)[op].format(name=name, value=said)
    # 「年齢が30歳以上」 says no more than 「30歳以上」.
    return sentence.removeprefix(f"{name}が") if field.is_plain else sentence


def _value(field: Field, op: Op, value: Any, language: Language) -> str:
    if op is Op.ANNIVERSARY_MONTH:
        return _MONTHS[language].get(value) or _month(value, language)
    if op in {Op.WITHIN_LAST, Op.WITHIN_NEXT}:
        return str(value)
    if op is Op.BETWEEN and field.kind is Kind.NUMBER:
        low, high = (_number(bound) for bound in value)
        return f"{low}{'〜' if language == 'ja' else '–'}{high}{_unit(field, language)}"
    if op is Op.BETWEEN:
        low, high = (shown(field, bound, language) for bound in value)
        return f"{low}〜{high}" if language == "ja" else f"from {low} to {high}"
    if isinstance(value, tuple):
        return _BETWEEN[language][op].join(_quoted(field, item, language) for item in value)
    return "" if value is None else _quoted(field, value, language)


def _quoted(field: Field, value: Any, language: Language) -> str:
    said = shown(field, value, language)
    if language == "en" or field.is_plain or field.kind in {Kind.NUMBER, Kind.DATE}:
        return said
    return f"「{said}」"


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
    return f"{value:,}"


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
