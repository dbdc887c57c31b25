"""Drawn friends and drawn rules: odd values, missing ones, and values of a wrong type."""

from datetime import date, datetime, timedelta
from typing import Any, Final

import hypothesis.strategies as st

from bot.clock import TOKYO
from bot.segments import model
from bot.segments.catalogue import Age, Field, FriendshipDays, Kind
from bot.segments.facts import Facts
from bot.segments.operators import Op, operators
from tests.segments.samples import CATALOGUE, TEA, TODAY, facts, progress, rule

#: Few enough that conditions often meet what is stored.
_WORDS: Final = (
    "麦",
    "麦茶",
    "つばめ",
    "A",
    "a",
    "é",
    "𠮷野家",
    "100%",
    "a_b",
    "'",
    "🍞",
    "麦　茶",
    "ﾑｷﾞ",
)
texts: Final = st.one_of(
    st.sampled_from(_WORDS), st.text("麦aé%_'\\\"🍞　", min_size=1, max_size=4)
)
#: Half of all values and bounds are among these: they meet.
_DAYS: Final = [date(1996, 4, 1), date(1996, 4, 2), date(1995, 4, 1), TODAY]
_NUMBERS: Final = [0, 1, 0.1, 1e6]

days: Final = st.one_of(
    st.sampled_from(_DAYS),
    st.sampled_from(_DAYS),
    st.sampled_from([-1, 0, 1, 27, 28, 29, 30, 31, 365, 366]).map(lambda n: TODAY - timedelta(n)),
    st.one_of(st.just(date(1996, 2, 29)), st.dates(date(1920, 1, 1), date(2030, 12, 31))),
)
numbers: Final = st.one_of(
    st.sampled_from(_NUMBERS),
    st.sampled_from(_NUMBERS),
    st.sampled_from([-3, 0.5, -0.5, 10**15, 999.99]),
    st.integers(-(10**9), 10**9),
)
#: What an attribute would hold had it been of another kind before.
strays: Final = st.sampled_from([5, "5", True, False, ["loaf"], "female", [], "2026-04-01", {}, 1])


def _attributes() -> st.SearchStrategy[dict[str, Any]]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "name": texts,
        "birth_date": days.map(str),
        "sex": st.sampled_from(["female", "male", "gone"]),
        "likes": st.lists(st.sampled_from(["loaf", "cake", "tea", "gone"]), unique=True),
        "spent": numbers,
        "letters": st.booleans(),
        "prefecture": st.sampled_from(["13", "27"]),
        "purchase.amount": numbers,
        "purchase.count": st.integers(1, 5),
        "purchase.last": days.map(str),
        "purchase.sku": st.lists(texts, unique=True, max_size=3),
    }
    return st.fixed_dictionaries(
        {}, optional={key: st.one_of(kind, kind, kind, strays) for key, kind in kinds.items()}
    )


def _progresses() -> st.SearchStrategy[Any]:
    keys = [question.key for question in TEA.questions]
    answers = st.dictionaries(
        st.sampled_from(keys), st.sampled_from(["green", "black", "plum", "1990-05-12"])
    )
    drawn = st.builds(
        lambda state, question, given: progress(
            state, None if state == "done" else question, **given
        ),
        st.sampled_from(["asking", "paused", "done"]),
        st.sampled_from(keys),
        answers,
    )
    return st.one_of(st.just({}), drawn)


def _instant(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=TOKYO)


somebody: Final[st.SearchStrategy[Facts]] = st.builds(
    facts,
    attributes=_attributes(),
    tags=st.lists(st.sampled_from(["regular", "vip", "gone"]), unique=True).map(sorted),
    state=st.sampled_from(["friend", "friend", "blocked", "stranger"]),
    followed_at=st.one_of(st.none(), st.builds(_instant, days, st.sampled_from([0, 8, 9, 23]))),
    menu=st.sampled_from([None, "guest", "member", "gone"]),
    surveys=_progresses(),
    is_member=st.booleans(),
    is_linked=st.booleans(),
)


def operand(field: Field, op: Op) -> st.SearchStrategy[Any]:
    one = _one(field)
    match op:
        case Op.SET | Op.NOT_SET | Op.ANNIVERSARY_TODAY:
            return st.none()
        case Op.ANY_OF | Op.ALL_OF | Op.NONE_OF:
            return st.lists(one, min_size=1, max_size=12)
        case Op.BETWEEN:
            return st.tuples(one, one).map(sorted)
        case Op.WITHIN_LAST | Op.BEFORE_LAST | Op.WITHIN_NEXT:
            return st.sampled_from([0, 1, 30, 365, 36_500])
        case Op.ANNIVERSARY_MONTH:
            return st.sampled_from(["this", "next", 2, 12])
        case _:
            return one


def _one(field: Field) -> st.SearchStrategy[Any]:
    if isinstance(field.reads, Age):
        return st.one_of(st.integers(28, 32), st.integers(0, 200))
    if isinstance(field.reads, FriendshipDays):
        return st.one_of(st.integers(0, 2), st.sampled_from([30, 365, 36_500]))
    if field.choices:
        return st.sampled_from(list(field.choices))
    kinds = {Kind.NUMBER: numbers, Kind.DATE: days.map(str), Kind.BOOLEAN: st.booleans()}
    return kinds.get(field.kind, texts)


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """Any operator of any field, as JSON."""
    field = draw(st.sampled_from(list(CATALOGUE.fields)))
    op = draw(st.sampled_from(operators(field)))
    value = draw(operand(field, op))
    return {"field": field.key, "op": op.value} | ({} if value is None else {"value": value})


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, max_size=3)
    return st.one_of(
        several.map(lambda parts: {"all": parts}),
        several.map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    )


rule_values: Final = st.recursive(conditions(), _nested, max_leaves=6)
rules: Final[st.SearchStrategy[model.Rule]] = rule_values.filter(lambda v: _depth(v) <= 8).map(
    rule
)


def _depth(value: Any) -> int:
    parts = value.get("all") or value.get("any") or ([value["not"]] if "not" in value else [])
    return 1 + max((_depth(part) for part in parts), default=0)
