"""Friends, as publishing menus needs to know them.

    richmenus.publish -> Friends -> friends and rules, and LINE's bulk link

The rules say which menus must stand; the friends of an old version are given the new one before
the old is deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import Clock, utc_now
from bot.line.limits import BULK_LINK_USERS
from bot.menus import batches, hides, progress, repository, retelling, settling
from bot.menus.batches import BATCH_FROM, Batch, Step
from bot.menus.many import look_after
from bot.menus.model import HIDDEN, open_at
from bot.menus.progress import START
from bot.menus.settling import THROUGH_AFTER
from bot.outbox import repository as outbox
from richmenus import repository as versions
from richmenus.calls import LineMenus, PublishError

#: A bulk link takes effect within seconds; longer than this nobody waits for it.
_LOOKS: Final = 20
_LOOK_SECONDS: Final = 0.5
_LOOKED_AT: Final = 5
#: Bulk links of a moment ago take 20 seconds to be surely through.
_QUIET_LOOKS: Final = 60
#: Seconds between two looks at a batch; LINE answers a hundred an hour.
_PROGRESS_LOOKS: Final = (1, 1, 2, 3, 5, 8, 10, 15, 20, 30, 30, 30)
#: A batch that failed for some is asked for once more; it goes on with those.
_BATCH_TRIES: Final = 2


class Friends:
    """Implements ``richmenus.applying.Followers``."""

    def __init__(
        self,
        engine: AsyncEngine,
        line: LineMenus,
        *,
        default: str | None,
        named: frozenset[str],
        unread: frozenset[str] = frozenset(),
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._line = line
        self._default = default
        self._named = named
        self._unread = unread
        self._clock = clock
        #: From so many friends on LINE is asked for a batch.
        self.batch_from = BATCH_FROM
        #: What the publisher was last told to make the default.
        self._told: str | None = None

    async def default(self) -> str | None:
        """Return the key of everybody's menu; none while something is hidden.

        A hide that touches nobody leaves LINE's default as it is, and so does one of a moment ago:
        the keeper takes the default away once everybody who is to see a menu has one.
        """
        async with self._engine.connect() as connection:
            hidden = open_at(await hides.stored(connection), self._clock())
            told = await progress.read(connection)
        is_there = told is not None and told.default_menu not in {None, HIDDEN}
        self._told = None if hidden and not is_there else self._default
        return self._told

    async def named(self) -> frozenset[str]:
        """Return the key of every menu that some rule shows."""
        return self._named

    async def unread(self) -> frozenset[str]:
        """Return the keys of menus whose definitions cannot be read."""
        return self._unread

    async def shown(self) -> Mapping[str, int]:
        """Return how many friends have each menu of their own, by key."""
        async with self._engine.begin() as connection:
            return await repository.shown_counts(connection)

    async def are_through(self) -> bool:
        """Wait until friends have what was decided of them, for a while."""
        for _ in range(_QUIET_LOOKS):
            async with self._engine.connect() as connection:
                if not await repository.are_on_their_way(connection, now=self._clock()):
                    return True
            await self._line.rest(_LOOK_SECONDS)
        return False

    async def point(self, connection: AsyncConnection, ids: Mapping[str, str]) -> None:
        """Let new links use these ids, by key; by now LINE has the default that was asked for."""
        now = self._clock()
        await repository.save(connection, ids, now=now)
        if self._default in ids:
            # While something is hidden the new one is not made the default, and LINE forgets the
            # old one with its menu: whatever was told before, the keeper tells it anew.
            await progress.lock(connection, looked_at=utc_now(), now=now)
            await progress.note_default(connection, self._told)

    async def repoint(self, key: str, rich_menu_id: str) -> int | None:
        """Show a menu's new version to all who have the old one, and wait until they do.

        LINE does it late: whoever is moved elsewhere meanwhile is looked after by the dispatcher.
        What cannot be waited for goes on behind: the keeper tells everybody again.
        """
        count = await self._moved(key, rich_menu_id) if await self._is_quiet() else None
        if count is None:
            async with self._engine.begin() as connection:
                now = self._clock()
                await retelling.ask(connection, key, why=f"publish:{key}", now=now)
        return count

    async def _is_quiet(self) -> bool:
        """Wait until no link to an old version can come behind those to the new one."""
        async with self._engine.connect() as connection:
            behind = await settling.under_way(connection, now=self._clock())
        for _ in range(_QUIET_LOOKS):
            async with self._engine.connect() as connection:
                is_over = await settling.is_over(connection, behind, now=self._clock())
                open_batches = await batches.open_batches(connection)
            if is_over and not [one for one in open_batches if await self._goes_on(one)]:
                return True
            await self._line.rest(_LOOK_SECONDS)
        return False

    async def _goes_on(self, one: Batch) -> bool:
        """Whether LINE may still move friends for a batch; a publisher's is nobody's any more."""
        if not one.is_publishers:
            return True
        if one.request_id is None:
            return self._clock() - one.asked_at < THROUGH_AFTER
        if await self._line.progress(one.request_id) == "ongoing":
            return True
        async with self._engine.begin() as connection:
            await batches.note(connection, one, Step.GIVE_UP)
        return False

    async def _moved(self, key: str, rich_menu_id: str) -> int | None:
        """Move them, by one batch where they are many; None: nobody saw the end of it."""
        async with self._engine.connect() as connection:
            many = await retelling.count(connection, key)
        if many >= self.batch_from and (old := await self._old(key, rich_menu_id)):
            is_through = await self._in_one_call(key, old, rich_menu_id)
            if is_through is not None:
                return many if is_through else None
        return await self._by_five_hundred(key, rich_menu_id)

    async def _old(self, key: str, new: str) -> list[str]:
        """Return the ids on LINE that a menu had before."""
        async with self._engine.connect() as connection:
            ours = {one.rich_menu_id for one in await versions.known(connection) if one.key == key}
        return [
            menu.rich_menu_id
            for menu in await self._line.list_menus()
            if (menu.key == key or menu.rich_menu_id in ours) and menu.rich_menu_id != new
        ]

    async def _in_one_call(self, key: str, old: Sequence[str], new: str) -> bool | None:
        """Have LINE move everybody from the old to the new; None: it does not take that now."""
        now = self._clock()
        async with self._engine.begin() as connection:
            if not await batches.has_room(connection, now=now):
                return None
            one = await batches.keep(
                connection, {key: key}, {key: old[0]}, step=Step.PUBLISH, why=f"publish:{key}",
                now=now,
            )  # fmt: skip
        resume_key = f"enishi-{one.number}"
        phase = "failed"
        try:
            for _ in range(_BATCH_TRIES):
                request_id = await self._line.move_everybody(old, new, resume_key=resume_key)
                async with self._engine.begin() as connection:
                    await batches.taken(connection, one.number, request_id, now=self._clock())
                phase = await self._ended(request_id)
                if phase != "failed":
                    break
        except PublishError:
            phase = "refused"
        async with self._engine.begin() as connection:
            if phase == "succeeded":
                await batches.note(connection, one, Step.END)
                await batches.tell_again(connection, since=now, now=self._clock())
            else:
                await batches.note(connection, one, Step.GIVE_UP)
        return None if phase in {"failed", "refused"} else phase == "succeeded"

    async def _ended(self, request_id: str) -> str:
        """Wait for the end of a batch, and say how it ended, or that it goes on."""
        phase = "ongoing"
        for seconds in _PROGRESS_LOOKS:
            await self._line.rest(seconds)
            phase = await self._line.progress(request_id)
            if phase != "ongoing":
                break
        return phase

    async def _by_five_hundred(self, key: str, rich_menu_id: str) -> int | None:
        """Link them, five hundred a call."""
        after, count, last = START, 0, []
        while True:
            async with self._engine.begin() as connection:
                found = await retelling.having(connection, key, after=after, limit=BULK_LINK_USERS)
                user_ids = [user_id for _, user_id in found]
                if found:
                    now = self._clock()
                    calls = [look_after(user_ids, key, why=f"publish:{key}", now=now)]
                    await outbox.insert(connection, calls, owner=None, now=now)
            if not found:
                break
            await self._line.link_many(rich_menu_id, user_ids)
            after, count, last = found[-1][0], count + len(found), user_ids[-_LOOKED_AT:]
        if last and not await self._arrived(last, rich_menu_id):
            return None
        return count

    async def _arrived(self, user_ids: Sequence[str], rich_menu_id: str) -> bool:
        """Wait until one of the last has it; others may have switched tabs, or left."""
        for _ in range(_LOOKS):
            for user_id in reversed(user_ids):
                if await self._line.linked(user_id) == rich_menu_id:
                    return True
            await self._line.rest(_LOOK_SECONDS)
        return False
