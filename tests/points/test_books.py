"""Whatever happens to points in whatever order: the books balance."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.points.actor import NOBODY
from bot.points.model import KeyReusedError, NotEnoughPointsError, NotReversibleError
from bot.points.wallet import ADJUSTED, MEMBER, OWED, SPENT, Entry, Lot, Part, Wallet
from bot.store.tables.points import point_balances, point_changes, point_entries, point_lots
from bot.store.unit import Unit
from tests.points.support import KEN, MEI, POINTS, assert_books_balance
from tests.support import NOON

DAY = timedelta(days=1)
TABLES = (point_changes, point_entries, point_lots, point_balances)

amounts = st.integers(1, 120)
acts = st.one_of(
    st.tuples(st.just("earn"), amounts),
    st.tuples(st.just("spend"), amounts),
    st.tuples(st.just("adjust"), st.integers(-60, 60).filter(bool)),
    st.tuples(st.just("reverse"), st.integers(0, 12), st.one_of(st.none(), st.integers(1, 80))),
    st.tuples(st.just("again"), st.integers(0, 12)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)


@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from([MEI, KEN]), acts), max_size=14))
async def test_the_books_balance_after_everything(
    sqlite_engine: AsyncEngine, story: list[tuple[int, tuple[Any, ...]]]
) -> None:
    async with sqlite_engine.begin() as connection:
        for table in TABLES:
            await connection.execute(table.delete())
    now = NOON
    done: list[tuple[int, tuple[Any, ...], str]] = []
    for number, (person, act) in enumerate(story):
        if act[0] == "wait":
            now += act[1] * DAY
            continue
        if act[0] == "again":
            if not done:
                continue
            person, act, key = done[act[1] % len(done)]  # noqa: PLW2901 - the same call once more
        else:
            key = f"k{number}"
        async with sqlite_engine.begin() as connection:
            unit = Unit(connection)
            try:
                await perform(unit, person, act, key=key, now=now)
            except (KeyReusedError, NotEnoughPointsError, NotReversibleError):
                continue
        done.append((person, act, key))
    await assert_books_balance(sqlite_engine)


async def perform(unit: Unit, person: int, act: Sequence[Any], *, key: str, now: Any) -> None:
    more: dict[str, Any] = {"key": key, "reason": "r", "actor": NOBODY, "now": now}
    match act:
        case ("earn", points):
            await POINTS.earn(unit, person, points, **more)
        case ("spend", points):
            await POINTS.spend(unit, person, points, **more)
        case ("adjust", points):
            await POINTS.adjust(unit, person, points, **more)
        case ("reverse", which, points):
            changes = [c for c in await POINTS.history(unit, person) if c.key.startswith("k")]
            if changes:
                change = changes[which % len(changes)]
                await POINTS.reverse(unit, change.change_id, points=points, **more)
        case _:
            raise AssertionError(act)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["earn", "spend", "take", "give", "expire"]), amounts)))
def test_no_lot_goes_below_nothing(story: list[tuple[str, int]]) -> None:
    wallet, now, spent = Wallet(), NOON, list[Part]()
    total = dict.fromkeys((MEMBER, OWED), 0)
    for number, (act, points) in enumerate(story, 1):
        now += DAY
        fresh = Lot(number, points, 0, now, now + points % 9 * DAY + DAY)
        entries: list[Entry] = []
        match act:
            case "earn":
                wallet, entries = wallet.earn(fresh, account=ADJUSTED)
            case "spend" if points <= wallet.balance:
                wallet, entries = wallet.spend(points, account=SPENT)
                spent += [Part(e.lot_id, -e.amount) for e in entries if e.lot_id is not None]
            case "take":
                wallet, entries = wallet.take_back(points, [number - 1], account=ADJUSTED)
            case "give" if spent:
                wallet, entries = wallet.give_back([spent.pop()], fresh, account=SPENT, now=now)
            case "expire":
                wallet, entries = wallet.expire(now)
            case _:
                continue
        assert sum(entry.amount for entry in entries) == 0
        for entry in entries:
            if entry.account in total:
                total[entry.account] += entry.amount
        assert all(0 <= lot.remaining <= lot.points for lot in wallet.lots)
        assert (wallet.balance, wallet.owed) == (total[MEMBER], -total[OWED])
        assert wallet.owed >= 0
