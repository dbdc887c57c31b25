"""What a shop knows, what a friend said and what they bought, asked together."""

from pathlib import Path

from bot import keys
from bot.membership import linking
from bot.points.actor import Actor
from bot.purchases.model import Item
from bot.resources import USE_CASE
from tests.flows.support import enishi, environment, member
from tests.support import Shop

RULE = """\
all:
  - {field: attribute.level, op: is, value: 常連}
  - {field: survey.welcome.answer.found_us, op: is, value: web}
  - {field: purchase.amount, op: ">=", value: 1000}
  - {field: age, op: between, value: [30, 39]}
  - {field: friendship_days, op: "<=", value: 30}
  - {field: linked, op: is, value: true}
"""


async def test_what_we_know_what_they_said_and_bought_is_one_segment(
    shop: Shop, tmp_path: Path
) -> None:
    mei = await member(shop, "Mei")
    await member(shop, "Ken")
    env = environment(shop)
    customers, rule = tmp_path / "customers.csv", tmp_path / "rule.yaml"
    rows = await shop.sql(
        "SELECT f.user_id, f.person_id, m.number FROM friends f "
        "JOIN members m ON m.person_id = f.person_id"
    )
    person, number = next(row[1:] for row in rows if row[0] == mei.user_id)
    customers.write_text(f"会員番号,level\n{number},常連\n", "utf-8")
    rule.write_text(RULE, "utf-8")
    asked = ("segments", "count", "--rule", str(rule), "--on", str(shop.line.clock.now().date()))
    code, said = await enishi(
        env, "people", "import", str(customers), "--key", "member_number", "--add-columns"
    )
    assert code == 0, said
    assert (await enishi(env, *asked))[1].startswith("rule: 0 friends")
    async with shop.app[USE_CASE]() as unit:
        now = shop.line.clock.now()
        till = Actor(staff_id=3, shop="ginza", device="till-1")
        await linking.link(unit, person, "C-1", system="webshop", how="api", actor=till, now=now)
        await shop.app[keys.PURCHASES].record(
            unit,
            person,
            external_id="T-1",
            amount_yen=1_200,
            items=[Item("bread", "食パン", 2, 600)],
            bought_at=now,
            actor=till,
            now=now,
        )
    assert (await enishi(env, *asked))[1].startswith("rule: 1 friend, 1 reachable")
    await mei.unfollow()
    await shop.settle()
    assert (await enishi(env, *asked))[1].startswith("rule: 0 friends")
