"""What the emulator takes and refuses, the bot's own check takes and refuses, at the same place.

The two share no code, so that one finds what the other has forgotten.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.line.check import Problem, problems
from tests.emulator import valid_messages as valid
from tests.emulator.mutations import NO_SUCH, mutations
from tests.emulator.test_message_rules import places, refusal

Json = dict[str, Any]

#: How a mutation reads that the emulator refuses and the check lets pass, and why it does.
PASSES: Final = {
    f'"type": "{NO_SUCH}"': "a type that LINE may have added passes; the emulator knows them all",
    '"colour":': "so does a property of flex that LINE may have added",
    '"padding":': "as above; LINE has paddingAll, paddingTop and the like",
}
#: Where the two point at one rule, and why not to the same property.
ELSEWHERE: Final = {
    # A range that ends before it begins: LINE names its beginning, the check its end.
    re.compile(r"(.*\.action(?:s\[\d+\])?)\.min"): r"\1.max",
    # Columns that differ: LINE names the one that is not like the first, the check all of them.
    re.compile(r"(.*\.columns)\[\d+\]\.(?:title|actions)"): r"\1",
}
#: The emulator takes an area without extent, as LINE's reference names no minimum; nobody could
#: tap it, so the check does not.
POINTLESS: Final = re.compile(r".*\.area\.(?:width|height)")

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def path_of(place: str) -> str:
    """Write LINE's pointer into a template or a flex as a path; other places are paths."""
    if place.startswith("messages"):
        return place
    start = "messages[0].contents" if place.startswith("/") else "messages[0]"
    steps = [step for step in place.split("/") if step]
    return start + "".join(f"[{s}]" if s.isdigit() else f".{s}" for s in steps)


def names(found: Sequence[Problem], place: str) -> bool:
    """Tell whether a problem stands at the place.

    LINE's pointers into a flex end at the component, the list or the background that has a wrong
    property or item; the check names the property or item itself.
    """
    path = path_of(place)
    inner = re.compile(re.escape(path) + r"(?:\.\w+|\[\d+\])") if place.startswith("/") else None
    others = {shape.sub(other, path) for shape, other in ELSEWHERE.items()}
    return any(
        problem.path in {path, *others} or (inner is not None and inner.fullmatch(problem.path))
        for problem in found
    )


def others_than_pointless(found: Sequence[Problem]) -> list[Problem]:
    return [p for p in found if not (POINTLESS.fullmatch(p.path) and p.rule.startswith("is 0;"))]


@given(st.lists(valid.messages, min_size=1, max_size=5))
@calm
def test_valid_messages_pass_both(messages: list[Json]) -> None:
    error = refusal(*messages)
    assert error is None, error.wire()
    assert others_than_pointless(problems(messages)) == []


@given(valid.messages)
@calm
def test_every_broken_rule_of_a_message_is_refused_by_both_at_the_same_place(
    message: Json,
) -> None:
    for broken, place in mutations(message):
        error = refusal(broken)
        assert error is not None
        assert error.status == 400
        assert place in places(error) or f"The property, {place}," in error.message, error.wire()
        found = others_than_pointless(problems([broken]))
        if any(words in json.dumps(broken) for words in PASSES):
            assert found == [], "it does not pass any more: take it out of PASSES"
        else:
            assert names(found, place), (place, found)
