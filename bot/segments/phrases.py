"""What each operator says of a field, and what its negation says; in both languages.

Every operator has a phrase for yes and one for no, so that no sentence needs a "not" around it.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from bot.people.bilingual import Language
from bot.segments.operators import Op

Phrases: TypeAlias = Mapping[Op, str]

#: Operators whose no is another's yes, of whoever has a value.
OPPOSITES: Final[Mapping[Op, Op]] = {
    one: other
    for pair in (
        (Op.IS, Op.IS_NOT),
        (Op.ANY_OF, Op.NONE_OF),
        (Op.EQUAL, Op.UNEQUAL),
        (Op.LESS, Op.AT_LEAST),
        (Op.AT_MOST, Op.MORE),
    )
    for one, other in (pair, pair[::-1])
}

_JA: Final[Phrases] = {
    Op.IS: "{name}が{value}",
    Op.IS_NOT: "{name}が{value}以外",
    Op.CONTAINS: "{name}に{value}を含む",
    Op.STARTS_WITH: "{name}が{value}で始まる",
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
    Op.BEFORE_LAST: "{name}が{value}日より前",
    Op.WITHIN_NEXT: "{name}が今後{value}日以内",
    Op.ANNIVERSARY_MONTH: "{anniversary}が{value}",
    Op.ANNIVERSARY_TODAY: "{anniversary}が今日",
    Op.ANY_OF: "{name}が{value}",
    Op.NONE_OF: "{name}が{value}以外",
}
_JA_SETS: Final[Phrases] = {
    Op.IS: "{name}に{value}がある",
    Op.IS_NOT: "{name}に{value}がない",
    Op.ANY_OF: "{name}に{value}がある",
    Op.ALL_OF: "{name}に{value}がすべてある",
    Op.NONE_OF: "{name}に{value}もない",
}
_JA_NO: Final[Phrases] = {
    Op.CONTAINS: "{name}に{value}を含まない",
    Op.STARTS_WITH: "{name}が{value}で始まらない",
    Op.BETWEEN: "{name}が{value}以外",
    Op.ON: "{name}が{value}以外",
    Op.BEFORE: "{name}が{value}以降",
    Op.AFTER: "{name}が{value}以前",
    Op.WITHIN_LAST: "{name}が過去{value}日以内ではない",
    Op.BEFORE_LAST: "{name}が{value}日前かそれ以降",
    Op.WITHIN_NEXT: "{name}が今後{value}日以内ではない",
    Op.ANNIVERSARY_MONTH: "{anniversary}が{value}ではない",
    Op.ANNIVERSARY_TODAY: "{anniversary}が今日ではない",
    Op.ALL_OF: "{name}に{value}のどれかがない",
}
_EN: Final[Phrases] = {
    Op.IS: "{name} is {value}",
    Op.IS_NOT: "{name} is not {value}",
    Op.CONTAINS: "{name} contains {value}",
    Op.STARTS_WITH: "{name} starts with {value}",
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
    Op.BEFORE_LAST: "{name} is more than {value} days ago",
    Op.WITHIN_NEXT: "{name} is within the next {value} days",
    Op.ANNIVERSARY_MONTH: "{anniversary} is {value}",
    Op.ANNIVERSARY_TODAY: "{anniversary} is today",
    Op.ANY_OF: "{name} is {value}",
    Op.NONE_OF: "{name} is none of {value}",
}
_EN_SETS: Final[Phrases] = {
    Op.IS: "{name} has {value}",
    Op.IS_NOT: "{name} lacks {value}",
    Op.ANY_OF: "{name} has {value}",
    Op.ALL_OF: "{name} has all of {value}",
    Op.NONE_OF: "{name} has none of {value}",
}
_EN_NO: Final[Phrases] = {
    Op.CONTAINS: "{name} does not contain {value}",
    Op.STARTS_WITH: "{name} does not start with {value}",
    Op.BETWEEN: "{name} is not {value}",
    Op.ON: "{name} is not {value}",
    Op.BEFORE: "{name} is not before {value}",
    Op.AFTER: "{name} is not after {value}",
    Op.WITHIN_LAST: "{name} is not within the last {value} days",
    Op.BEFORE_LAST: "{name} is not more than {value} days ago",
    Op.WITHIN_NEXT: "{name} is not within the next {value} days",
    Op.ANNIVERSARY_MONTH: "{anniversary} is not {value}",
    Op.ANNIVERSARY_TODAY: "{anniversary} is not today",
    Op.ALL_OF: "{name} lacks one of {value}",
}
#: What stands between the values of a list.
BETWEEN: Final[Mapping[Language, Phrases]] = {
    "ja": {Op.ANY_OF: "か", Op.ALL_OF: "と", Op.NONE_OF: "・"},
    "en": {Op.ANY_OF: " or ", Op.ALL_OF: " and ", Op.NONE_OF: ", "},
}
BETWEEN_SETS: Final[Mapping[Language, Phrases]] = {
    "ja": {**BETWEEN["ja"], Op.NONE_OF: "も"},
    "en": BETWEEN["en"],
}


def phrase(op: Op, language: Language, *, is_set: bool, holds: bool) -> str:
    """Return what an operator says, or what it says that it does not hold."""
    yes, sets, no = (_JA, _JA_SETS, _JA_NO) if language == "ja" else (_EN, _EN_SETS, _EN_NO)
    if not holds and op in no:
        return no[op]
    said = op if holds else OPPOSITES[op]
    return (sets if is_set else yes)[said]
