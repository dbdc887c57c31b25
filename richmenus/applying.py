"""One apply: the steps of a plan, each noted before it is taken.

    Plan -> create, upload, read back -> aliases, default -> new links -> friends -> delete the old

Nothing that a friend can see is taken away before its successor stands and everybody has it.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock
from bot.line import limits
from bot.store import arrival
from richmenus import repository
from richmenus.calls import LineMenus, PublishError, TooManyError, UnknownError
from richmenus.lease import Lease
from richmenus.plan import Change, Kind, Plan
from richmenus.same import same_object, same_picture
from richmenus.version import Version

#: Told of every step that is begun.
Progress: TypeAlias = Callable[[Change], None]

_HOUR: Final = timedelta(hours=1)
_CREATES: Final = (Kind.CREATE, Kind.REPLACE, Kind.RESTORE)
#: How often a menu that LINE garbled, or whose making had no clear answer, is made anew.
_TRIES: Final = 3
_STEPS_KEPT: Final = timedelta(days=90)


class Followers(Protocol):
    """Who sees which menu: the part of the bot above this one."""

    async def default(self) -> str | None:
        """Return the key of everybody's menu; none: it is hidden now."""

    async def named(self) -> frozenset[str]:
        """Return the key of every menu that some rule shows."""

    async def unread(self) -> frozenset[str]:
        """Return the keys of menus whose definitions cannot be read: none of them may go."""

    async def shown(self) -> Mapping[str, int]:
        """Return how many friends have each menu of their own, by key."""

    async def are_through(self) -> bool:
        """Wait until friends have what was decided of them; false: it takes long."""

    async def point(self, connection: AsyncConnection, ids: Mapping[str, str]) -> None:
        """Let new links use these ids, by key."""

    async def repoint(self, key: str, rich_menu_id: str) -> int | None:
        """Show a menu's new version to all who have the old one, and count them.

        Returns None when that goes on behind: the old version stays until it is done.
        """


@dataclass(frozen=True, slots=True)
class Applied:
    """What stands on LINE now, and what was done for it."""

    #: Ids by key.
    ids: Mapping[str, str]
    #: Keys of the menus made this time.
    created: tuple[str, ...]
    #: Friends who were given a new version.
    moved: int
    deleted: tuple[str, ...]
    #: What is still to be done, and why it was not.
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tools:
    """What an apply works with."""

    engine: AsyncEngine
    line: LineMenus
    followers: Followers
    clock: Clock
    lease: Lease


class Apply:
    """One apply, while it holds the lease."""

    def __init__(
        self, tools: Tools, progress: Progress | None, *, number: int | None = None
    ) -> None:
        self._engine = tools.engine
        self._line = tools.line
        self._followers = tools.followers
        self._clock = tools.clock
        self._lease = tools.lease
        self._progress = progress
        self._id = arrival.number() if number is None else number
        self._left: list[str] = []

    async def register(self, plan: Plan) -> Applied:
        """Make, fill and read back what is not on LINE yet, and nothing else.

        Raises:
            BusyError, TooManyError, PublishError: as for ``carry_out``.
        """
        doing = {(change.key, change.kind): change for change in plan.changes}
        ids = await self._stand(plan, doing)
        return Applied(ids, tuple(version.key for version in plan.missing), 0, ())

    async def carry_out(self, plan: Plan) -> Applied:
        """Take every step of a plan that was made under the lease.

        Raises:
            BusyError: the lease was taken over.
            TooManyError: LINE's hour is used up; what was done stays.
            PublishError: LINE refused a call; the next apply goes on from there.
        """
        if plan.is_empty:
            return Applied(plan.ready, (), 0, ())
        doing = {(change.key, change.kind): change for change in plan.changes}
        ids = await self._stand(plan, doing)
        for change in plan.changes:
            if change.kind in {Kind.MAKE_ALIAS, Kind.MOVE_ALIAS}:
                exists = change.kind is Kind.MOVE_ALIAS
                async with self._step(change, ids[change.key]):
                    alias = str(change.values["alias"])
                    await self._line.name(alias, ids[change.key], exists=exists)
            elif change.kind is Kind.SET_DEFAULT:
                async with self._step(change, ids[change.key]):
                    await self._line.set_default(ids[change.key])
        async with self._engine.begin() as connection:
            await self._followers.point(connection, ids)
            await repository.stand(connection, plan.wanted, now=self._clock())
            await repository.erase_steps(connection, before=self._clock() - _STEPS_KEPT)
        moved, waiting = await self._repoint(plan, ids)
        deleted = await self._retire(plan, ids, waiting)
        created = tuple(version.key for version in plan.missing)
        return Applied(ids, created, moved, deleted, tuple(self._left))

    async def _stand(self, plan: Plan, doing: Mapping[tuple[str, Kind], Change]) -> dict[str, str]:
        """Create, upload and read back, until every version stands; return ids by key."""
        ids = dict(plan.ready)
        for version in plan.wanted:
            if version.key in ids:
                continue
            kinds = (*_CREATES, Kind.COMPLETE)
            change = next(doing[version.key, k] for k in kinds if (version.key, k) in doing)
            if change.kind is not Kind.COMPLETE:
                await self._require_room(_CREATES, "menus be made")
            async with self._step(change) as step:
                async with self._engine.begin() as connection:
                    await repository.keep(connection, version, now=self._clock())
                step.rich_menu_id = await self._whole(version, plan.bare.get(version.key))
                ids[version.key] = step.rich_menu_id
        return ids

    async def _whole(self, version: Version, rich_menu_id: str | None) -> str:
        """Make one menu and its picture, and read both back."""
        for _ in range(_TRIES):
            is_new = rich_menu_id is None
            rich_menu_id = rich_menu_id or await self._create(version)
            async with self._engine.begin() as connection:
                await repository.made(connection, version, rich_menu_id)
            digest = await self._filled(version, rich_menu_id, is_new=is_new)
            if digest is not None:
                async with self._engine.begin() as connection:
                    await repository.verified(connection, version, digest)
                return rich_menu_id
            rich_menu_id = None  # it goes with the old ones: somebody may be looking at it
        raise PublishError(f"menu {version.key}: LINE keeps something else than it was given")

    async def _create(self, version: Version) -> str:
        """Create a menu; where no clear answer came, look whether it is there."""
        for attempt in range(_TRIES):
            try:
                return await self._line.create(version.as_line)
            except UnknownError:
                await self._line.rest(1.0)
                made = [m for m in await self._line.list_menus() if m.name == version.name]
                if made:
                    return min(menu.rich_menu_id for menu in made)
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError  # pragma: no cover - the loop returns or raises

    async def _filled(self, version: Version, rich_menu_id: str, *, is_new: bool) -> str | None:
        """Upload where there is no picture yet, and return the digest of what LINE keeps.

        Returns None when LINE's menu, or its picture, is another than ours.
        """
        found = b"" if is_new else await self._line.picture(rich_menu_id)
        for _ in range(_TRIES):
            if found:
                break
            try:
                await self._line.upload(rich_menu_id, version.picture, version.content_type)
            except UnknownError:
                await self._line.rest(1.0)
            found = await self._line.picture(rich_menu_id)
        if not found:
            raise PublishError(f"menu {version.key}: its picture cannot be read back from LINE")
        kept = await self._line.get(rich_menu_id)
        if same_object(version.as_line, kept) and same_picture(version.picture, found):
            return hashlib.sha256(found).hexdigest()
        return None

    async def _repoint(self, plan: Plan, ids: Mapping[str, str]) -> tuple[int, set[str]]:
        """Give friends the new versions; return how many, and the keys that are not done."""
        steps = {change.key: change for change in plan.changes if change.kind is Kind.REPOINT}
        moved, waiting = 0, set()
        for key in plan.to_repoint:
            if key in steps:
                async with self._step(steps[key], ids[key]):
                    count = await self._followers.repoint(key, ids[key])
            else:  # somebody may have been shown it since the plan was made
                count = await self._followers.repoint(key, ids[key])
            if count is None:
                waiting.add(key)
            moved += count or 0
        async with self._engine.begin() as connection:
            for version in plan.wanted:
                if version.key in plan.to_repoint and version.key not in waiting:
                    await repository.repointed(connection, version, now=self._clock())
        return moved, waiting

    async def _retire(
        self, plan: Plan, ids: Mapping[str, str], waiting: set[str]
    ) -> tuple[str, ...]:
        """Delete what nobody sees any more: old versions, doubles, aliases without a menu."""
        for change in plan.changes:
            if change.kind is Kind.DELETE_ALIAS:
                async with self._step(change):
                    await self._line.forget_alias(str(change.values["alias"]))
        shown = await self._followers.shown()
        kept, deleted = set(ids.values()), []
        is_through: bool | None = None
        for menu in await self._line.list_menus():
            key = plan.key_of(menu)
            if key is None or menu.rich_menu_id in kept:
                continue
            if key not in ids and is_through is None:
                is_through = await self._followers.are_through()
            if key in waiting or (key not in ids and (shown.get(key) or not is_through)):
                self._left.append(f"{key}: {menu.rich_menu_id} stays until no friend has it")
                continue
            try:
                await self._require_room((Kind.DELETE,), "menus be deleted")
            except TooManyError as error:
                self._left.append(f"{menu.rich_menu_id} is still to be deleted: {error}")
                continue
            async with self._step(Change(Kind.DELETE, key, {"id": menu.rich_menu_id})):
                await self._line.delete(menu.rich_menu_id)
            deleted.append(menu.rich_menu_id)
        return tuple(deleted)

    async def _require_room(self, kinds: Sequence[Kind], what: str) -> None:
        """Stop before LINE would: it counts by the hour.

        Raises:
            TooManyError: says from when on it works again.
        """
        now = self._clock()
        async with self._engine.begin() as connection:
            count, first = await repository.counted(connection, kinds, since=now - _HOUR)
        most = int(limits.RATES["POST /v2/bot/richmenu"].calls)
        if count >= most and first is not None:
            at = first + _HOUR
            raise TooManyError(
                f"LINE lets {most} {what} an hour; apply again from {at:%H:%M} UTC on"
            )

    @asynccontextmanager
    async def _step(
        self, change: Change, rich_menu_id: str | None = None
    ) -> AsyncIterator["_Step"]:
        """Note a step before it is taken, and what became of it."""
        self._lease.require()
        if self._progress is not None:
            self._progress(change)
        step = _Step(rich_menu_id)
        async with self._engine.begin() as connection:
            number = await repository.begin_step(
                connection, self._id, change.kind, change.key, now=self._clock()
            )
        state, message = "failed", ""
        try:
            yield step
            state = "done"
        except PublishError as error:
            message = str(error)
            raise
        finally:
            async with self._engine.begin() as connection:
                await repository.end_step(
                    connection,
                    number,
                    state=state,
                    now=self._clock(),
                    rich_menu_id=step.rich_menu_id,
                    message=message,
                )


@dataclass(slots=True)
class _Step:
    rich_menu_id: str | None
