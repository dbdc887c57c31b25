"""Enishi: a bot and CRM for a LINE Official Account."""

import sys


def _load_structlog_without_rich() -> None:
    """Spare every process 4 MB and a seventh of its start.

    structlog loads Rich wherever it finds it, to draw tracebacks that we never ask it for.
    """
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # "not there", in the words of import
    import structlog  # noqa: F401, PLC0415 - only now

    del sys.modules["rich"]


_load_structlog_without_rich()
