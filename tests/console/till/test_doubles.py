"""名寄せ: a claimed card number is decided on, and two records of one customer become one."""

import asyncio
import re

from bot import keys
from bot.membership import linking
from bot.membership.number import luhn
from bot.points.actor import NOBODY
from bot.resources import CLOCK, USE_CASE
from bot.staff.rights import Role
from tests.console.support import Browser, hire
from tests.pages.support import give_points, join, person_of
from tests.support import Shop

OLDER = "770000001" + luhn("770000001")
HOME = "/console/doubles"


async def claim(shop: Shop, person_id: int, number: str = OLDER) -> None:
    async with shop.app[USE_CASE]() as unit:
        await linking.link(
            unit, person_id, number, how="typed", actor=NOBODY, now=shop.app[CLOCK]()
        )


async def holder(shop: Shop, number: str = OLDER) -> int:
    rows = await shop.sql("SELECT person_id FROM member_cards WHERE number = :n", n=number)
    return int(rows[0][0])


async def conflict(shop: Shop) -> int:
    rows = await shop.sql("SELECT id FROM card_conflicts WHERE settled_at IS NULL")
    return int(rows[0][0])


async def test_staff_decide_whose_a_claimed_card_is(shop: Shop, browser: Browser) -> None:
    mei, ken, rin = [await person_of(shop, await join(shop, n)) for n in ("Mei", "Ken", "Rin")]
    for person in (mei, ken, rin):
        await claim(shop, person)
    await hire(shop, "sato")
    await browser.sign_in("sato")
    page = await browser.open(HOME)
    assert page.text.count(OLDER) == 2
    assert "いまの登録 Mei" in page.text
    assert "申し出 Ken" in page.text
    first = await conflict(shop)
    done = await browser.send(f"{HOME}/cards/{first}", to="claimant")
    assert "カード番号を付け替えました" in done.text
    assert await holder(shop) == ken
    assert "いまの登録 Ken" in done.text  # of Rin's claim, which still waits
    assert "すでに確認済み" in (await browser.send(f"{HOME}/cards/{first}", to="holder")).text
    done = await browser.send(f"{HOME}/cards/{await conflict(shop)}", to="holder")
    assert "確認待ちのカード番号はありません" in done.text
    assert await holder(shop) == ken
    ((number,),) = await shop.sql("SELECT number FROM members WHERE person_id = :p", p=mei)
    await claim(shop, ken, number)
    assert "会員番号そのものなので" in (await browser.open(HOME)).text
    refused = await browser.send(f"{HOME}/cards/{await conflict(shop)}", to="claimant")
    assert "付け替えはできません" in refused.text
    assert await shop.sql("SELECT person_id FROM members WHERE number = :n", n=number) == [(mei,)]
    assert await shop.sql("SELECT count(*) FROM audit_log WHERE action = 'card.settle'") == [(2,)]


async def test_a_manager_makes_two_records_one_and_two_again(shop: Shop, browser: Browser) -> None:
    one, two = await join(shop, "Mei"), await join(shop, "メイ")
    await give_points(shop, one, 100)
    await give_points(shop, two, 23)
    people = [await person_of(shop, phone) for phone in (one, two)]
    for person, name in zip(people, ("田中 芽衣", "田中芽衣"), strict=True):
        async with shop.app[USE_CASE]() as unit:
            known = {"name": name, "phone": "+819012345678"}
            await shop.app[keys.PEOPLE].learn(
                unit, person, known, source="staff:1", now=shop.app[CLOCK]()
            )
    numbers = dict(await shop.sql("SELECT person_id, number FROM members"))
    await claim(shop, people[0])
    await claim(shop, people[1])
    await hire(shop, "sato")
    await hire(shop, "tencho", Role.MANAGER)
    await browser.sign_in("sato")
    compare = f"{HOME}/compare?keep={numbers[people[0]]}&drop={numbers[people[1]]}"
    assert "統合は店長以上の方ができます" in (await browser.open(compare)).text
    fields = {"keep": people[0], "drop": people[1], "take.name": "drop", "take.number": "drop"}
    await browser.open(HOME)
    assert (await browser.send(f"{HOME}/merge", **fields)).status == 403
    await browser.sign_in("tencho")
    found = await browser.open(f"{HOME}?by=phone")
    assert "+819012345678" in found.text
    assert f"keep=P{people[0]}&amp;drop=P{people[1]}" in found.html
    page = await browser.open(compare)
    assert "ポイントは合わせて123ポイントになります" in page.text
    assert "100ポイント · お買上げ0回" in page.text
    assert "田中 芽衣" in page.text
    csrf = page.csrf
    told = await asyncio.gather(
        *(browser.post(f"{HOME}/merge", {"csrf": csrf, **fields}) for _ in range(2))
    )
    assert {screen.status for screen in told} == {200}
    assert await shop.sql("SELECT count(*) FROM people_merges") == [(1,)]
    assert await shop.sql("SELECT balance FROM point_balances WHERE balance > 0") == [(123,)]
    listed = await browser.open(HOME)
    assert "田中芽衣" in listed.text
    assert "確認待ちのカード番号はありません" in listed.text  # it was one customer's all along
    assert await shop.sql("SELECT number FROM members") == [(numbers[people[1]],)]
    ((merge,),) = await shop.sql("SELECT id FROM people_merges")
    undone = await browser.send(f"{HOME}/merges/{merge}/undo")
    assert "2人のお客様に戻しました" in undone.text
    assert "取り消し済み" in undone.text
    assert sorted(await shop.sql("SELECT balance FROM point_balances")) == [(23,), (100,)]
    assert "元に戻せませんでした" in (await browser.send(f"{HOME}/merges/{merge}/undo")).text
    someone = f"P{people[0]}"
    for kept, dropped, wrong in (
        ("", "1", "keep"),
        (someone, "P2", "drop"),
        (someone, someone, "drop"),
    ):
        seen = await browser.open(f"{HOME}/compare?keep={kept}&drop={dropped}")
        (control,) = re.findall(r"<input[^>]*aria-invalid[^>]*>", seen.html)
        assert f'name="{wrong}"' in control
        assert f'name="keep" value="{kept}"' in seen.html
        assert f'name="drop" value="{dropped}"' in seen.html


async def test_a_viewer_sees_no_doubles(shop: Shop, browser: Browser) -> None:
    await hire(shop, "viewer", Role.VIEWER)
    await browser.sign_in("viewer")
    assert (await browser.open(HOME)).status == 403
