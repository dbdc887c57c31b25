"""Staff on both databases: the log that grows only, links that work once, codes that work once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.staff import audit, passwords, repository, second_step, service
from bot.staff.model import (
    COMMAND_LINE,
    InvitationError,
    LoginTakenError,
    StaffMember,
    UnfitNameError,
    WeakPasswordError,
    folded_login,
)
from bot.staff.rights import Role
from bot.staff.shops import StaffShop, add_shop, edit_shop, find_shop
from bot.store.engine import open_engine
from tests.support import NOON

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


async def hire(engine: AsyncEngine, login: str, role: Role = Role.STAFF) -> StaffMember:
    async with engine.begin() as connection:
        return await service.add(
            connection, by=COMMAND_LINE, login=login, name=login, role=role, now=NOON
        )


async def test_the_log_grows_only(engine: AsyncEngine) -> None:
    await hire(engine, "sato")
    for statement in ("DELETE FROM audit_log", "UPDATE audit_log SET staff_name = 'nobody'"):
        with pytest.raises(DBAPIError, match="grows only"):
            async with engine.begin() as connection:
                await connection.execute(text(statement))
    async with engine.connect() as connection:
        (entry,) = await audit.search(connection, text="staff:")
        assert await audit.search(connection, text="%") == []
        assert await audit.search(connection, since=NOON + timedelta(seconds=1)) == []
        assert await audit.search(connection, below=entry.entry_id) == []
        assert await audit.search(connection, action="staff.", until=NOON + timedelta(1)) == [
            entry
        ]
    assert (entry.action, entry.staff_name, entry.at) == ("staff.add", "enishi", NOON)
    assert entry.details == {"login": "sato", "role": "staff", "shops": []}


async def test_a_link_taken_twice_at_once_works_once(engine: AsyncEngine) -> None:
    member = await hire(engine, "sato")
    async with engine.begin() as connection:
        token = await service.invite(connection, member, by=COMMAND_LINE, now=NOON)

    async def take(password_hash: str) -> bool:
        try:
            async with engine.begin() as connection:
                await service.take_invitation(
                    connection, token, password_hash=password_hash, address="", now=NOON
                )
        except InvitationError:
            return False
        return True

    assert sorted(await asyncio.gather(take("a"), take("b"))) == [False, True]


async def test_a_code_used_twice_at_once_works_once(engine: AsyncEngine) -> None:
    member = await hire(engine, "sato")
    codes = second_step.new_paper_codes()
    async with engine.begin() as connection:
        await second_step.switch_on(
            connection, member, seed=SEED, step=0, paper_codes=codes, by=COMMAND_LINE, now=NOON
        )

    async def enter(code: str) -> bool:
        async with engine.begin() as connection:
            return await second_step.accepts(
                connection, member, code, secret_key="k", by=COMMAND_LINE, now=NOON
            )

    assert sorted(await asyncio.gather(enter(codes[0]), enter(codes[0]))) == [False, True]
    assert not await enter("")
    assert await enter(f" {codes[1][:5]}-{codes[1][5:]} ".upper())


def test_the_table_alone_makes_no_codes() -> None:
    secret = second_step.secret_of(SEED, secret_key="ours", staff_id=1)
    assert second_step.step_of(secret, pyotp.TOTP(secret).at(NOON), now=NOON) is not None
    for guess in (
        SEED,
        second_step.secret_of(SEED, secret_key="theirs", staff_id=1),
        second_step.secret_of(SEED, secret_key="ours", staff_id=2),
    ):
        assert second_step.step_of(secret, pyotp.TOTP(guess).at(NOON), now=NOON) is None


async def test_a_login_is_one_persons_however_it_is_typed(engine: AsyncEngine) -> None:
    await hire(engine, "Sato@Example.jp")
    with pytest.raises(LoginTakenError):
        await hire(engine, " ｓａｔｏ@example.JP ")
    for wrong in ("", "  ", "two words", "a\nb", "x" * 121):
        with pytest.raises(UnfitNameError):
            folded_login(wrong)


async def test_passwords_are_kept_as_argon2id() -> None:
    kept = await passwords.hashed("猫も杓子も縁の下の力持ち")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.matches("猫も杓子も縁の下の力持ち", kept)
    assert not await passwords.matches("猫も杓子も縁の下の力持", kept)
    assert not await passwords.matches("", None)
    assert not await passwords.matches("x" * 100_000, kept)
    for weak in ("short", "Password1234", "aaaaaaaaaaaa", "sato-sato-sato", "x" * 257):
        with pytest.raises(WeakPasswordError):
            passwords.fit_password(weak, login="sato-sato-sato")


async def test_a_shop_is_changed_and_the_log_names_the_fields(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        shop = StaffShop(key="honten", name="本店", hours={"mon": [["10:00", "19:00"]]})
        await add_shop(connection, shop, by=COMMAND_LINE, now=NOON)
        await edit_shop(connection, shop, by=COMMAND_LINE, now=NOON)  # nothing new, no line
        moved = StaffShop(key="honten", name="本店", hours=shop.hours, address="浅草")
        await edit_shop(connection, moved, by=COMMAND_LINE, now=NOON)
        assert await find_shop(connection, "honten") == StaffShop(
            key="honten", name="本店", hours=shop.hours, address="浅草"
        )
        lines = await audit.search(connection, text="shop:honten")
    assert [line.details for line in lines] == [{"fields": ["address"]}, {}]


async def test_who_left_comes_last(engine: AsyncEngine) -> None:
    left = await hire(engine, "a-left", Role.OWNER)
    await hire(engine, "b-owner", Role.OWNER)
    await hire(engine, "c-staff")
    async with engine.begin() as connection:
        await service.edit(
            connection,
            left,
            by=COMMAND_LINE,
            name="a-left",
            role=Role.OWNER,
            shops=(),
            is_active=False,
            now=NOON,
        )
        logins = [member.login for member in await repository.list_all(connection)]
    assert logins == ["b-owner", "c-staff", "a-left"]
