"""A menu that an action shows by name stays until the rules say something else of the friend."""

from bot import keys, resources
from tests.flows.answering import begin, say
from tests.flows.support import member
from tests.menus.support import REGULARS, decide, hide, keep, menus_of, show, tag
from tests.support import Shop
from tests.surveys.everything import written

ASKS = """\
key: asks
version: 1
title: ご案内
done: {title: ありがとう, text: おしまいです。}
on_done:
  - {do: set_attribute, attribute: occupation, value: student}
  - {do: switch_menu, menu: guest}
questions:
  - {key: name, kind: text, label: お名前, text: お名前は？}
"""


async def test_it_is_shown_with_one_reply_and_lasts_until_the_rules_lead_elsewhere(
    shop: Shop,
) -> None:
    shop.app[keys.SURVEYS].replace({"asks": written(ASKS)})
    mei = await begin(shop, "asks")
    await decide(shop, {"when": {"not": REGULARS}, "menu": "member"}, default="guest")
    assert await menus_of(mei) == ["member"]
    await say(shop, mei, "Mei")
    await keep(shop)  # the answers changed facts, and not what the rules say
    assert await menus_of(mei) == ["guest"]
    await decide(shop, {"when": REGULARS, "menu": "guest"}, default="member")
    await tag(shop, mei, tags='["care"]')
    await keep(shop)
    assert await menus_of(mei) == ["guest"], "nothing that a rule asks for"
    await decide(shop, {"when": REGULARS, "menu": "vip"}, default="member")
    await tag(shop, mei, tags="[]")
    await keep(shop)
    assert await menus_of(mei) == ["guest"]


async def test_a_fact_that_decides_takes_it_back(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    await named(shop, mei.user_id, "guest")
    assert await menus_of(mei) == ["guest"]
    await decide(shop, {"when": REGULARS, "menu": "guest"}, default="member")
    await tag(shop, mei)
    await keep(shop)
    assert await menus_of(mei) == ["guest"], "theirs by a rule now"
    await tag(shop, mei, tags="[]")
    await keep(shop)
    assert await menus_of(mei) == ["member"]


async def test_what_is_hidden_is_not_shown_by_name_either(shop: Shop) -> None:
    mei = await member(shop, "Mei")
    await named(shop, mei.user_id, "guest")
    hidden = await hide(shop, menu="guest")
    assert await menus_of(mei) == ["member"]
    await named(shop, mei.user_id, "guest")
    assert await menus_of(mei) == ["member"]
    await show(shop, hidden)
    await named(shop, mei.user_id, "guest")
    assert await menus_of(mei) == ["guest"]


async def named(shop: Shop, user_id: str, menu: str) -> None:
    """Show a menu as an action does."""
    now = shop.line.clock.now()
    async with shop.app[resources.USE_CASE]() as unit:
        await shop.app[keys.MENUS].show(unit, user_id, menu, why="test", now=now)
    await shop.settle()
