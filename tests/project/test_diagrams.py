"""The diagrams in ARCHITECTURE.md show what the code does, no more and no less."""

import re
from datetime import timedelta
from itertools import product

from bot.conversations import model as conversations
from bot.coupons import model as coupons
from bot.inbox import repository as inbox_queries
from bot.line.answers import Answer, Outcome
from bot.menus import batches
from bot.notices import model as notices
from bot.outbox import mending, repository
from bot.outbox.model import Call, Kind, State, Via
from bot.outbox.policy import Route, route, verdict, without_sending
from bot.store.batch import Query
from bot.surveys import engine
from richmenus import repository as menus
from tests.project.diagrams import Edge, edges, headings
from tests.support import NOON

UNSENT = {Route.HOLD, Route.EXPIRE, Route.ASK}


def leased_calls() -> list[Call]:
    """Every call that differs in what the policy looks at."""
    ago, ahead = timedelta(days=2), timedelta(minutes=1)
    return [
        Call(
            call_id=1, lane="U1", kind=kind, body=b"[]", retry_key="key", why="event:1",
            state=State.SENDING, via=via, pays=pays, doubtful=doubtful, attempts=attempts,
            reply_token=None if token is None else "token",
            reply_until=None if token is None else NOON + token,
            pushed_at=NOON - ago if via and is_old else None,
            created_at=NOON - (ago if is_old else timedelta()),
            due_at=NOON, expires_at=NOON + expires,
        )
        for kind, via, pays, doubtful, attempts, token, expires, is_old in product(
            Kind, (None, Via.PUSH), (True, False), (True, False), (0, 9),
            (None, -ahead, ahead), (-ahead, ahead), (True, False),
        )
    ]  # fmt: skip


def answers() -> list[Answer]:
    """Every answer of LINE that the policy tells apart."""
    refusals = [
        Answer(Outcome.REFUSED, 400, raw=b'{"details": [{"message": "wrong"}]}'),
        Answer(Outcome.REFUSED, 400, raw=b'{"message": "Invalid reply token"}'),
        Answer(Outcome.REFUSED, 403),
    ]
    return refusals + [Answer(outcome) for outcome in Outcome if outcome is not Outcome.REFUSED]


def decided_by_policy() -> set[State]:
    """Where the policy can lead a call that is being sent."""
    reached = set()
    for call in leased_calls():
        way = route(call, NOON)
        if way in UNSENT:
            reached.add(without_sending(call, way).call.state)
        else:
            reached |= {verdict(call, way, answer, NOON).call.state for answer in answers()}
    return reached


def sources(query: Query) -> set[str]:
    """The states that a statement on the outbox looks for."""
    where = query._postgres.split("NOT EXISTS")[0].partition("WHERE")[2]
    lists = re.findall(r"state (?:= |IN \()((?:'\w+'(?:, )?)+)", where)
    return {name for names in lists for name in re.findall(r"\w+", names)}


def target(query: Query) -> str:
    """The state that a statement on the outbox sets."""
    head = query._postgres.partition("WHERE")[0]
    return str(re.findall(r"(?<!OR )\bstate = '(\w+)'", head)[-1])


def moves(found_by: Query, changed_by: Query) -> set[tuple[str, str]]:
    return {(source, target(changed_by)) for source in sources(found_by)}


def made_by_statements() -> set[tuple[str, str]]:
    """The arrows that a statement makes, not the policy."""
    return {
        *moves(repository._DUE, repository._LEASE),
        *moves(repository._HELD, repository._PACK),
        *moves(repository._COMPANIONS, repository._PACK),
        *moves(repository._EXPIRE, repository._EXPIRE),
        *moves(mending._RESEND, mending._RESEND),
        *moves(mending._GIVE_UP, mending._GIVE_UP),
        *moves(mending._GIVE_UP_DOUBTFUL, mending._GIVE_UP_DOUBTFUL),
        *moves(inbox_queries._RENEW_CALL, inbox_queries._RENEW_CALL),
    }


def test_every_state_machine_has_its_diagram() -> None:
    assert headings() == {
        "Outgoing call",
        "Received event",
        "A friend and one survey",
        "A coupon",
        "A batch of menus",
        "A version of a rich menu",
        "A conversation with staff",
        "A notice to staff",
    }


def test_the_diagram_of_an_outgoing_call_is_what_policy_and_statements_do() -> None:
    drawn = {(edge.source, edge.target) for edge in edges("Outgoing call")}
    put_back = (State.SENDING.value, State.WAITING.value)  # the carrier's, when it would take long
    decided = {(State.SENDING.value, state.value) for state in decided_by_policy()}
    ends = {("[*]", "waiting"), ("sent", "[*]"), ("packed", "[*]")}
    assert drawn == decided | made_by_statements() | {put_back} | ends


def test_the_diagram_of_an_outgoing_call_has_every_state() -> None:
    drawn = {name for edge in edges("Outgoing call") for name in edge[:2]}
    assert drawn == {"[*]", *(state.value for state in State)}


def test_the_diagram_of_a_survey_is_its_table_of_transitions() -> None:
    table = {
        Edge("[*]" if source is None else source.value, target.value, tap.value)
        for (source, tap), targets in engine.TRANSITIONS.items()
        for target in targets
    }
    assert edges("A friend and one survey") == table | {Edge("done", "[*]", "")}


def test_the_diagram_of_a_conversation_is_its_table_of_transitions() -> None:
    table = {
        Edge("[*]" if source is None else source.value, target.value, change.value)
        for (source, change), target in conversations.TRANSITIONS.items()
    }
    assert edges("A conversation with staff") == table | {Edge("done", "[*]", "")}


def test_the_diagram_of_a_notice_is_its_table_of_transitions() -> None:
    table = {
        Edge("[*]" if source is None else source.value, target.value, step.value)
        for (source, step), target in notices.TRANSITIONS.items()
    }
    ends = {Edge(state, "[*]", "") for state in ("sent", "dropped")}
    assert edges("A notice to staff") == table | ends


def test_the_diagram_of_a_coupon_is_its_table_of_transitions() -> None:
    table = {
        Edge("[*]" if source is None else source.value, target.value, act.value)
        for (source, act), target in coupons.TRANSITIONS.items()
    }
    ends = {Edge(stage, "[*]", "") for stage in ("lost", "used", "expired")}
    assert edges("A coupon") == table | ends


def test_the_diagram_of_a_batch_is_its_table_of_transitions() -> None:
    table = {
        Edge(_drawn(before), _drawn(after), step.value)
        for (before, step), after in batches.TRANSITIONS.items()
    }
    ends = {Edge(phase, "[*]", "") for phase in ("done", "given_up")}
    assert edges("A batch of menus") == table | ends


def _drawn(phase: batches.Phase | None) -> str:
    return "[*]" if phase is None else phase.value.replace(" ", "_")


def steps_of_versions(query: Query, label: str) -> set[Edge]:
    """The arrows that a statement on versions of menus makes, by what it looks for and sets."""
    every = {"making", "standing", "past"}
    head, _, where = query._postgres.partition("WHERE")
    left = re.findall(r"state <> '(\w+)'", where)
    found = set(re.findall(r"state = '(\w+)'", where)) or every.difference(left)
    (after,) = re.findall(r"state = '(\w+)'", head) or ["[*]"]
    return {Edge(before, after, label) for before in found}


def test_the_diagram_of_a_menus_version_is_what_its_statements_do() -> None:
    assert edges("A version of a rich menu") == {
        Edge("[*]", "making", "kept"),
        *steps_of_versions(menus._MADE, "made"),
        *steps_of_versions(menus._STANDS, "stands"),
        *steps_of_versions(menus._PAST, "replaced"),
        *steps_of_versions(menus._PAST_ALL, "removed"),
        *steps_of_versions(menus._ERASE, "erased"),
    }
