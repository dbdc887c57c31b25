"""What the emulator takes and refuses, the bot's own check takes and refuses, at the same place.

The two share no code, so that one finds what the other has forgotten.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.emulator.checks.findings import Findings
from bot.emulator.checks.messages import check_messages
from bot.emulator.errors import LineError
from bot.line.check import Problem, problems
from tests.emulator import valid_messages as valid
from tests.emulator.mutations import NO_SUCH, mutations

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


def is_taken_by_the_emulator(message: Json) -> bool:
    try:
        check_messages({"messages": [message]}, Findings())
    except LineError:
        return False
    return True


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
def test_valid_messages_pass_the_check_of_the_bot_too(messages: list[Json]) -> None:
    assert others_than_pointless(problems(messages)) == []


@given(st.data())
@settings(calm, max_examples=400)
def test_a_single_broken_rule_is_refused_by_both_at_the_same_place(data: st.DataObject) -> None:
    message = data.draw(valid.messages)
    broken, place = data.draw(st.sampled_from(mutations(message)))
    assert not is_taken_by_the_emulator(broken)
    found = others_than_pointless(problems([broken]))
    if any(words in json.dumps(broken) for words in PASSES):
        assert found == [], "it does not pass any more: take it out of PASSES"
    else:
        assert names(found, place), (place, found)
