"""Bringing menus to LINE from the console: the plan in words, the run, and how far it is.

    plan -> register or show -> Runs (a task of this process) -> rich_menu_runs, rich_menu_steps

The page only reads what is recorded, so it survives a reload, another browser and a dead process.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from aiohttp import web

from bot import keys, resources
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.onward import see_other
from bot.console.pages.menus import words
from bot.console.pages.menus.looking import described, heads_of, look
from bot.console.rendering import is_part, render
from bot.console.visitor import actor_of, clock_of, tell
from bot.menus import trying
from bot.menus.publishing import Friends
from bot.staff.audit import audit
from bot.staff.rights import Right
from richmenus import runs
from richmenus.calls import LineMenus, PublishError, TooManyError
from richmenus.drift import Drift
from richmenus.lease import BusyError
from richmenus.plan import Kind, Plan
from richmenus.publish import BlockedError, Publisher
from richmenus.runs import Run, State, Wish

_log = structlog.get_logger(__name__)

routes: Final = Routes()
HERE: Final = "/console/menus/publish"

_FAILURES: Final[Mapping[type[Exception], str]] = {
    BlockedError: N_(
        "LINEに出せない点が残っているため、何も変えませんでした。変更点をご確認ください。"
    ),
    BusyError: N_("ほかの登録作業が動いています。終わってから、もう一度お試しください。"),
    TooManyError: N_(
        "LINEの1時間あたりの上限に達しました。ここまでの分は残っています。1時間ほどしてから再開してください。"
    ),
    PublishError: N_(
        "LINEが受け付けなかったため、途中で止まりました。ここまでの分は残っています。再開すると続きから進みます。"
    ),
}
_BROKEN: Final = N_(
    "思わぬエラーで止まりました。ここまでの分は残っています。再開すると続きから進みます。"
)
#: Steps that bring a version to LINE and show nothing.
_UNSEEN: Final = frozenset({Kind.CREATE, Kind.REPLACE, Kind.RESTORE, Kind.COMPLETE})


#: How old what is known of LINE may be, on the list of menus.
_DRIFT_SECONDS: Final = 600.0


class Runs:
    """The runs that this process is at."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[None]] = set()
        #: What was last found changed on LINE, and when.
        self.drifted: tuple[float, Sequence[Drift]] | None = None

    def publisher(self) -> Publisher:
        """Return a publisher that goes by the rules as they are now."""
        app = self._app
        line, known = LineMenus(app[resources.LINE]), app[keys.LIBRARY].contents
        engine, clock = app[resources.ENGINE], app[resources.CLOCK]
        friends = Friends(
            engine,
            line,
            default=known.rules.default,
            named=known.rules.menus,
            unread=known.unread_menus,
            clock=clock,
        )
        return Publisher(engine, line, friends, clock=clock)

    def start(self, number: int, wish: Wish) -> None:
        """Begin to work on a run that was stored."""
        task = asyncio.create_task(self._run(number, wish), name=f"menus {wish.value}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self, _: web.Application) -> None:
        """Give up what is under way; whoever comes next goes on from there."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, number: int, wish: Wish) -> None:
        state, problem, report = State.FAILED, _BROKEN, {}
        try:
            report = await self._carry_out(number, wish)
            state, problem = State.DONE, ""
        except (PublishError, BusyError) as error:
            problem = next(said for kind, said in _FAILURES.items() if isinstance(error, kind))
            report = {"detail": str(error)}
            _log.warning("menus.not_published", wish=wish.value, error=type(error).__name__)
        except Exception:  # noqa: BLE001 - told on the screen, and logged
            _log.exception("menus.publishing_broke", wish=wish.value)
        finally:
            self.drifted = None
            async with self._app[resources.ENGINE].begin() as connection:
                now = self._app[resources.CLOCK]()
                await runs.end(connection, number, state, problem=problem, report=report, now=now)

    async def _carry_out(self, number: int, wish: Wish) -> dict[str, Any]:
        publisher = self.publisher()
        versions = await described(self._app)
        plan = await publisher.plan(versions)
        if plan.blockers:
            raise BlockedError("\n".join(plan.blockers))
        async with self._app[resources.ENGINE].begin() as connection:
            await runs.plan(connection, number, _steps(plan, wish))
        if wish is Wish.REGISTER:
            done = await publisher.register(versions, number=number)
        else:
            done = await publisher.apply(versions, number=number)
        return {"created": done.created, "moved": done.moved, "deleted": len(done.deleted),
                "left": len(done.left)}  # fmt: skip


RUNS: Final = web.AppKey("RUNS", Runs)


def _steps(plan: Plan, wish: Wish) -> list[tuple[str, str]]:
    return [
        (change.kind.value, change.key)
        for change in plan.changes
        if wish is Wish.SHOW or change.kind in _UNSEEN
    ]


@routes.get("/menus/plan", access=Right.MENUS_EDIT)
async def show_plan(request: web.Request) -> web.Response:
    """Say what would change, and for how many friends; LINE is asked."""
    publisher, now = request.config_dict[RUNS].publisher(), clock_of(request)()
    known = request.config_dict[keys.LIBRARY].contents
    async with request.config_dict[resources.ENGINE].connect() as connection:
        seen = await look(request, connection)
        counts = await trying.by_rule(connection, seen.choice)
        latest = await runs.last(connection, now=now)
    heads = heads_of(seen.choice, counts)
    try:
        plan = await publisher.plan(await described(request.config_dict))
    except PublishError:
        _log.warning("menus.line_silent")
        return render(request, "menus/plan.html", status=503, plan=None, latest=latest)
    changing = [line for line in seen.menus if line.has_news]
    return render(
        request,
        "menus/plan.html",
        plan=plan,
        latest=latest,
        changing=[(line, heads.get(line.key, 0)) for line in changing],
        unseen=[words.of_step(*step, seen.titles) for step in _steps(plan, Wish.REGISTER)],
        steps=[words.of_step(*step, seen.titles) for step in _steps(plan, Wish.SHOW)],
        blockers=words.of_blockers(plan, known.rules.menus, seen.titles),
        warnings=[
            (seen.titles[key], words.of_finding(finding))
            for key, findings in plan.findings.items()
            for finding in findings
            if finding.severity.value == "warning"
        ],
        moving=sum(heads.get(line.key, 0) for line in changing),
    )


@routes.post("/menus/publish", access=Right.MENUS_EDIT)
async def publish(request: web.Request) -> web.Response:
    """Begin to register or to show, unless somebody has begun already."""
    given = await request.post()
    try:
        wish = Wish(str(given.get("wish", "")))
    except ValueError:
        raise web.HTTPUnprocessableEntity from None
    now, actor = clock_of(request)(), actor_of(request)
    async with request.config_dict[resources.ENGINE].begin() as connection:
        source = f"staff:{actor.staff_id}"
        number = await runs.begin(connection, wish, source=source, now=now)
        if number is not None:
            await audit(connection, actor, f"menu.{wish.value}", f"run:{number}", now=now)
    if number is None:
        await tell(request, N_("登録作業がすでに動いています。"), "warn")
    else:
        request.config_dict[RUNS].start(number, wish)
    return see_other(HERE)


@routes.get("/menus/publish", access=Right.MENUS_READ)
async def progress(request: web.Request) -> web.Response:
    """Show how far the latest run is; asked again each second while it runs."""
    async with request.config_dict[resources.ENGINE].connect() as connection:
        run = await runs.last(connection, now=clock_of(request)())
    titles = _titles(request)
    template = "menus/progress.html" if is_part(request) else "menus/publish.html"
    return render(request, template, run=run, steps=_said(run, titles))


@routes.get("/menus/drift", access=Right.MENUS_READ)
async def drift(request: web.Request) -> web.Response:
    """Say what was changed on LINE by hand; asked of LINE once in ten minutes at most."""
    kept, loop = request.config_dict[RUNS], asyncio.get_running_loop()
    if kept.drifted is None or loop.time() - kept.drifted[0] > _DRIFT_SECONDS:
        try:
            kept.drifted = loop.time(), await kept.publisher().drift()
        except PublishError:
            return render(request, "menus/drift.html", drifts=[], others=[], is_silent=True)
    titles = _titles(request)
    found = kept.drifted[1]
    said = [(one.kind in words.HARMLESS, words.of_drift(one, titles)) for one in found]
    return render(
        request,
        "menus/drift.html",
        drifts=[one for is_harmless, one in said if not is_harmless],
        others=[one for is_harmless, one in said if is_harmless],
        is_silent=False,
    )


def _said(run: Run | None, titles: Mapping[str, str]) -> list[tuple[str, words.Said]]:
    if run is None:
        return []
    return [(step.state, words.of_step(step.kind, step.key, titles)) for step in run.steps]


def _titles(request: web.Request) -> dict[str, str]:
    menus = request.config_dict[keys.LIBRARY].contents.menus
    return {key: str(menu.title or key) for key, menu in menus.items()}
