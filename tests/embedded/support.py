"""Watching a process that is not our child."""

import os
import select

WAIT_SECONDS = 10


class Watch:
    """Sees the end of a process even when nobody has yet collected its exit status."""

    def __init__(self, pid: int | None) -> None:
        assert pid is not None
        self._descriptor = os.pidfd_open(pid)

    def ended(self, *, within: float = WAIT_SECONDS) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], within)
        os.close(self._descriptor)
        return bool(ready)
