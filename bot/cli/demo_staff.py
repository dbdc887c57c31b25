"""The demo's two shops and the people who work there, so that the console can be tried at once."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.staff import passwords, repository, service
from bot.staff.model import COMMAND_LINE
from bot.staff.rights import Role
from bot.staff.shops import StaffShop, add_shop

#: Known to everybody who reads this: the demo listens on this machine only.
PASSWORD: Final = "enishi-demo"  # noqa: S105 - as above
OWNER: Final = "owner"

_DAY: Final = [["10:00", "19:00"]]
_WEEK: Final[dict[str, Any]] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), _DAY)
_SHOPS: Final = (
    StaffShop(
        key="honten",
        name="本店",
        address="東京都台東区浅草1-2-3",
        phone="03-5555-0101",
        hours={**_WEEK, "sun": _DAY, "holiday": _DAY},
    ),
    StaffShop(
        key="ekimae",
        name="駅前店",
        address="東京都台東区上野4-5-6",
        phone="03-5555-0102",
        hours={**_WEEK, "holiday": []},
    ),
)
_STAFF: Final = (
    (OWNER, "中村 縁", Role.OWNER, ()),
    ("sato", "佐藤 花", Role.MANAGER, ("honten",)),
    ("takahashi", "高橋 翔", Role.STAFF, ("ekimae",)),
)


async def hire(engine: AsyncEngine, *, now: datetime) -> None:
    """Add them, unless somebody works here already."""
    async with engine.connect() as connection:
        if await repository.list_all(connection):
            return
    password_hash = await passwords.hashed(PASSWORD)
    async with engine.begin() as connection:
        for shop in _SHOPS:
            await add_shop(connection, shop, by=COMMAND_LINE, now=now)
        for login, name, role, shops in _STAFF:
            member = await service.add(
                connection,
                by=COMMAND_LINE,
                login=login,
                name=name,
                role=role,
                shops=shops,
                now=now,
            )
            await repository.change(connection, member.staff_id, password_hash=password_hash)
