"""What the histories of menus are made of."""

from datetime import timedelta
from typing import Final

from hypothesis import strategies as st

from tests.menus.world import KEYS
from tests.support import NOON

PEOPLE: Final = 14
FAULTS: Final = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 429},
    {"kind": "accept-then-500"},
    {"kind": "reset"},
)

tagged = st.sampled_from([[], ["regular"], ["vip"], ["regular", "vip"]])
somebody = st.integers(0, PEOPLE - 1)
menus = st.sampled_from(KEYS)
tests = st.sampled_from(
    [
        {"field": "tag", "op": "is", "value": "regular"},
        {"field": "tag", "op": "is", "value": "vip"},
        {"not": {"field": "tag", "op": "is", "value": "vip"}},
        {"field": "friendship_days", "op": ">=", "value": 1},
    ]
)


@st.composite
def periods(draw: st.DrawFn) -> dict[str, str]:
    """A rule counts always, or from or until some hours from the beginning."""
    which = draw(st.sampled_from(["", "from", "until"]))
    if not which:
        return {}
    return {which: (NOON + timedelta(hours=draw(st.integers(1, 40)))).isoformat()}


names = st.sampled_from(["first", "second"])
rules = st.lists(
    st.builds(
        lambda when, menu, period, key, priority: {
            "when": when, "menu": menu, "key": key, "priority": priority, **period
        },
        tests, menus, periods(), st.one_of(st.none(), names), st.integers(0, 2),
    ),
    max_size=3,
    unique_by=lambda written: written["key"] or id(written),
)  # fmt: skip
