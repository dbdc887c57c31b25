"""Bring the menus to LINE: plan, apply, verify.

    versions + pins -> wanted -> Publisher.plan -> Plan -> Publisher.apply -> Applied

Whatever an apply was stopped at, the next one finds by the names on LINE and by the database what
is done, and goes on from there; with nothing to do it only looks.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock
from richmenus import lease, repository
from richmenus.actions import Does
from richmenus.adopt import AdoptError, Written, into_account, into_folder, written
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
            unread=await self.followers.unread(),
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

    async def found(
        self, rich_menu_id: str, key: str, *, fits: Callable[[Does], bool] = lambda _: True
    ) -> Written:
        """Return a menu found on LINE, as it would be written.

        Args:
            rich_menu_id: as LINE calls it.
            key: of its new definition.
            fits: whether the account can answer an action.

        Raises:
            AdoptError: there is no such menu, or it cannot be written.
            PictureError: its picture is none that we know.
            PublishError: LINE did not answer.
        """
        found = {menu.rich_menu_id: menu.body for menu in await self._line.list_menus()}
        if rich_menu_id not in found:
            raise AdoptError("LINE has no menu of this id; see enishi richmenus drift")
        picture = await self._line.picture(rich_menu_id)
        if not picture:
            raise AdoptError("it has no picture yet, so nobody can see it")
        return written(key, found[rich_menu_id], picture, fits=fits)

    async def adopt(
        self, menu: Written, *, known: Collection[str] = (), folder: Path | None = None
    ) -> tuple[Path, ...]:
        """Write a menu found on LINE into a folder or the account, and take it for ours.

        Args:
            menu: what was found.
            known: keys of the account's menus.
            folder: None: into the account.

        Returns:
            The files that were written.

        Raises:
            AdoptError: there is one of its key already.
        """
        now = self._clock()
        async with self._engine.begin() as connection:
            if folder is None:
                await into_account(connection, menu, known=known, now=now)
            await repository.adopted(
                connection, menu.version, menu.rich_menu_id, is_same=menu.is_same, now=now
            )
            return () if folder is None else into_folder(folder, menu)

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
    """Put versions that were taken back in the places of those that definitions describe.

    Returns:
        The versions, and since when each that is taken back is so, by key.
    """
    pins = await repository.holding(connection, wanted)
    found, pinned = [], {}
    for version in wanted:
        pin = pins.get(version.key)
        earlier = pin and await repository.find(connection, version.key, pin.fingerprint)
        if pin is not None and earlier is not None:
            pinned[version.key] = pin.pinned_at
        found.append(earlier or version)
    return found, pinned
