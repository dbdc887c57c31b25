"""Bring the menus to LINE: plan, apply, verify.

    files + pins -> wanted -> Publisher.plan -> Plan -> Publisher.apply -> Applied

Whatever an apply was stopped at, the next one finds by the names on LINE and by the database what
is done, and goes on from there; with nothing to do it only looks.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock
from richmenus import lease, pictures, repository
from richmenus.adopt import Adopted, AdoptError, adopt
from richmenus.applying import Applied, Apply, Followers, Progress, Tools
from richmenus.calls import LineMenus, PublishError
from richmenus.drift import GARBLED, Drift, drift
from richmenus.lint import lint_version
from richmenus.plan import Plan, make_plan
from richmenus.version import Version


class BlockedError(PublishError):
    """The plan cannot be carried out; the message says why, a line each."""


class Publisher:
    """Plans and applies, for one account."""

    def __init__(
        self,
        engine: AsyncEngine,
        line: LineMenus,
        followers: Followers,
        *,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._line = line
        self.followers = followers
        self._clock = clock

    async def plan(self, wanted: Sequence[Version]) -> Plan:
        """Compare the wanted versions with database and LINE.

        Raises:
            PublishError: LINE did not answer.
        """
        async with self._engine.begin() as connection:
            known = await repository.known(connection)
            wanted, pinned = await wanted_now(connection, wanted)
        verified = {(one.key, one.fingerprint) for one in known if one.line_digest}
        new = [one for one in wanted if (one.key, one.fingerprint) not in verified]
        findings = await asyncio.to_thread(lambda: {one.key: lint_version(one) for one in new})
        return make_plan(
            wanted,
            await self._line.look(),
            known,
            findings=findings,
            default=await self.followers.default(),
            named=await self.followers.named(),
            shown=await self.followers.shown(),
            pinned=pinned,
        )

    async def drift(self) -> list[Drift]:
        """Tell what was changed on LINE since the last apply; doubt what was garbled.

        Raises:
            PublishError: LINE did not answer.
        """
        async with self._engine.begin() as connection:
            standing = await repository.standing(connection)
        told = await drift(self._line, standing, default=await self.followers.default())
        doubted = {one.key for one in told if one.kind in GARBLED}
        async with self._engine.begin() as connection:
            for version, _ in standing:
                if version.key in doubted:
                    await repository.doubted(connection, version)
        return told

    async def adopt(self, rich_menu_id: str, key: str, folder: Path) -> Adopted:
        """Write a menu found on LINE into a folder, and take it for ours.

        Raises:
            AdoptError: there is no such menu, or it cannot be written.
            PublishError: LINE did not answer.
        """
        found = {menu.rich_menu_id: menu.body for menu in await self._line.list_menus()}
        if rich_menu_id not in found:
            raise AdoptError("LINE has no menu of this id; see enishi richmenus drift")
        picture = await self._line.picture(rich_menu_id)
        if not picture:
            raise AdoptError("it has no picture yet, so nobody can see it")
        adopted = adopt(folder, key, found[rich_menu_id], picture)
        async with self._engine.begin() as connection:
            await repository.adopted(connection, adopted, rich_menu_id, now=self._clock())
        return adopted

    async def apply(
        self,
        wanted: Sequence[Version],
        *,
        progress: Progress | None = None,
        number: int | None = None,
    ) -> Applied:
        """Carry out what a plan made at this moment says.

        Args:
            wanted: every menu of the account.
            progress: told of every step that is begun.
            number: under which the steps are noted.

        Raises:
            BlockedError: nothing was done.
            BusyError: another apply is at work.
            TooManyError: LINE's hour is used up; what was done stays, applying later goes on.
            PublishError: LINE refused a call; applying again goes on from there.
        """
        async with lease.held(self._engine, self._clock) as held:
            plan = await self.plan(wanted)
            if plan.blockers:
                raise BlockedError("\n".join(plan.blockers))
            tools = Tools(self._engine, self._line, self.followers, self._clock, held)
            return await Apply(tools, progress, number=number).carry_out(plan)

    async def register(self, wanted: Sequence[Version], *, number: int | None = None) -> Applied:
        """Bring what is new to LINE and read it back; no friend sees anything of it.

        Raises:
            BlockedError: nothing was done.
            BusyError: an apply is at work.
            TooManyError: LINE's hour is used up; what was done stays.
            PublishError: LINE refused a call; the next apply goes on from there.
        """
        async with lease.held(self._engine, self._clock) as held:
            plan = await self.plan(wanted)
            if plan.blockers:
                raise BlockedError("\n".join(plan.blockers))
            tools = Tools(self._engine, self._line, self.followers, self._clock, held)
            return await Apply(tools, None, number=number).register(plan)


async def wanted_now(
    connection: AsyncConnection, wanted: Sequence[Version]
) -> tuple[list[Version], dict[str, datetime]]:
    """Put pictures given by hand, and versions that were taken back, in their places.

    Returns:
        The versions, and since when each that is taken back is so, by key.
    """
    wanted = await pictures.dressed(connection, wanted)
    pins = await repository.pins(connection)
    found, pinned = [], {}
    for version in wanted:
        pin = pins.get(version.key)
        if pin is not None and pin.instead_of == version.fingerprint:
            earlier = await repository.find(connection, version.key, pin.fingerprint)
            if earlier is not None:
                pinned[version.key] = pin.pinned_at
                found.append(earlier)
                continue
        found.append(version)
    return found, pinned
