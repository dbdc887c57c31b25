"""Processes that end without warning; the crew starts them again."""

from collections.abc import Sequence

from bot.bench.survive.faults.fault import Act, Fault, Scene


def faults(names: Sequence[str]) -> tuple[Fault, ...]:
    """Return a fault for every process, and one for all of them together."""
    return (
        *(Fault(f"kill {name}", name, _killer(name)) for name in names),
        Fault("kill all", "all", _kill_all),
    )


def _killer(name: str) -> Act:
    async def kill(scene: Scene) -> None:
        for child in scene.stage.crew.children:
            if child.name == name:
                child.kill()

    return kill


async def _kill_all(scene: Scene) -> None:
    for child in scene.stage.crew.children:
        child.kill()
