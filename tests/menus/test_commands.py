"""enishi menus: asked before anything changes, and answered in words."""

from pathlib import Path

from tests.flows.support import member
from tests.menus.support import command, keep, menus_of, tag, written
from tests.support import Shop

RULES = """\
rules:
  - key: regulars
    when: {field: tag, op: is, value: regular}
    menu: member
    priority: 5
  - when: {field: survey.welcome, op: is, value: done}
    menu: member
    from: 2020-01-01
    until: 2020-01-31
default: guest
"""


async def test_other_rules_are_tried_before_anybody_moves(shop: Shop, tmp_path: Path) -> None:
    mei, ken = await member(shop, "Mei"), await shop.friend("Ken")
    await shop.friend("Aya")
    await tag(shop, ken)
    path = written(tmp_path, RULES)
    code, said = await command(shop, "who", "--rules", str(path))
    assert (code, said.splitlines()) == (
        0,
        [
            "1人 → member  (いま guest)",
            "1人 → guest  (いま member)",
            "2人 move.",
            "1人    guest",
        ],
    )
    assert await menus_of(mei, ken) == ["member", "guest"]


async def test_rules_are_listed_in_the_order_they_are_asked(shop: Shop, tmp_path: Path) -> None:
    path = written(tmp_path, RULES)
    code, said = await command(shop, "rules", "--rules", str(path))
    assert (code, said.splitlines()) == (
        0,
        [
            "1 regulars → member",
            "    タグに「常連さん」がある",
            "2 → member  [2020-01-01 – 2020-01-31]  (not now)",
            "    アンケート「30秒アンケート」が「回答済み」",
            "  → guest",
        ],
    )


async def test_a_friend_s_menu_is_explained(shop: Shop, tmp_path: Path) -> None:
    mei = await member(shop, "Mei")
    code, said = await command(shop, "explain", mei.user_id)
    assert code == 0
    assert said.startswith("On the phone: member (their own; richmenu-")
    assert "By the rules: member\n→ rule 1: member\n    * ✓ アンケート" in said
    path = written(tmp_path, RULES)
    code, said = await command(shop, "explain", mei.user_id, "--rules", str(path))
    assert "By the rules: guest\n  rule 1: member\n    * ✗ タグ" in said
    assert said.endswith("→ default\n")


async def test_trying_another_default_does_not_change_what_is_on_the_phone(
    shop: Shop, tmp_path: Path
) -> None:
    ken = await shop.friend("Ken")
    await keep(shop)
    path = written(tmp_path, "rules: []\ndefault: member\n")
    code, said = await command(shop, "explain", ken.user_id, "--rules", str(path))
    assert code == 0
    assert said.startswith("On the phone: guest (everybody's; richmenu-")
    assert "By the rules: member\n" in said


async def test_a_menu_is_hidden_and_shown_from_the_command_line(shop: Shop) -> None:
    mei, ken = await member(shop, "Mei"), await shop.friend("Ken")
    code, said = await command(shop, "hide", "--menu", "member")
    assert (code, said[:12]) == (0, "Hidden until")
    await keep(shop)
    assert await menus_of(mei, ken) == [None, "guest"]
    code, said = await command(shop, "show")
    assert (code, said) == (0, "1 shown again.\n")
    await keep(shop)
    assert await menus_of(mei, ken) == ["member", "guest"]


async def test_what_is_not_there_is_answered_with_what_there_is(shop: Shop) -> None:
    code, said = await command(shop, "hide", "--menu", "gold")
    assert (code, "No rule shows a menu gold; one of: " in said) == (2, True)
    code, said = await command(shop, "explain", "U" + "0" * 32)
    assert (code, "Nobody with the user id" in said) == (2, True)
