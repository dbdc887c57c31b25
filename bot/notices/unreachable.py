"""Who of the staff would hear of nothing: chosen ways that lead nowhere."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.notices.choices import reach
from bot.notices.model import CHOSEN, Kind, Way
from bot.staff import repository as staff
from bot.staff.rights import Right


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Whom nothing reaches outside of the console."""

    #: Names of those who answer talks, in the order of lists.
    names: tuple[str, ...]
    #: Nobody would hear of trouble.
    is_trouble_unheard: bool


async def unreachable(connection: AsyncConnection) -> Unreachable:
    """Look at everybody who works here now."""
    members = [m for m in await staff.list_all(connection) if m.is_active]
    reached = await reach(connection, [m.staff_id for m in members])

    def hears(staff_id: int, kind: Kind) -> bool:
        one = reached[staff_id]
        return any(one.choices.wants(kind, way) and one.targets(way) for way in Way)

    nobody = tuple(
        m.name
        for m in members
        if m.may(Right.TALK_ANSWER) and not any(hears(m.staff_id, kind) for kind in CHOSEN)
    )
    admins = [m.staff_id for m in members if m.may(Right.SETTINGS_EDIT)]
    return Unreachable(nobody, not any(hears(one, Kind.TROUBLE) for one in admins))
