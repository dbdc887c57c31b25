"""Trying a picture on a menu: what the lint says, and what could be mended here.

bytes + version -> mends asked for -> lint -> Tried (the picture, findings, further mends)
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.line import limits
from richmenus.findings import Code, Finding, errors
from richmenus.lint import areas_of, lint
from richmenus.picture import opened
from richmenus.version import Outline

RESIZE: Final = "resize"
LIGHTER: Final = "lighter"
#: In the order in which they are done.
MENDS: Final = (RESIZE, LIGHTER)
#: How far two ratios may be apart so that nobody sees a picture stretched.
_ALIKE: Final = 0.02
_SIZES: Final = frozenset({Code.SIZE_DIFFERS, Code.PIXELS, Code.RATIO})


@dataclass(frozen=True, slots=True)
class Tried:
    """A picture, after the mends that were asked for."""

    data: bytes
    findings: Sequence[Finding]
    #: What would make it fit, all together; empty: nothing here would.
    mends: Sequence[str] = ()
    #: Whether it cannot be made light enough to be seen.
    hopeless: bool = False


def fit(data: bytes, version: Outline, *, name: str, mends: Sequence[str]) -> Tried:
    """Mend as asked, look, and say what else would help."""
    size = version.body["size"]["width"], version.body["size"]["height"]
    areas = areas_of(version.body)
    hopeless = False
    before = lint(data, areas, size=size, name=name)
    if mends and _possible(before, size):
        try:
            data, name = _mended(data, size, mends), ""
        except ValueError:
            hopeless = True
    findings = lint(data, areas, size=size, name=name)
    further = () if hopeless else _possible(findings, size)
    return Tried(data, findings, further, hopeless)


def _possible(findings: Sequence[Finding], size: tuple[int, int]) -> tuple[str, ...]:
    """Return the mends that would leave no error."""
    wrong = {finding.code for finding in errors(findings)}
    if not wrong or wrong - _SIZES - {Code.WEIGHT}:
        return ()
    mends = []
    if wrong & _SIZES:
        values = next(finding.values for finding in findings if finding.code in _SIZES)
        ratio = float(values["width"]) / max(float(values["height"]), 1)
        if abs(ratio / (size[0] / size[1]) - 1) > _ALIKE:
            return ()
        mends.append(RESIZE)
    if Code.WEIGHT in wrong:
        mends.append(LIGHTER)
    return tuple(mends)


def _mended(data: bytes, size: tuple[int, int], mends: Sequence[str]) -> bytes:
    """Write the picture anew.

    Raises:
        ValueError: it stays too heavy.
    """
    from PIL import Image  # noqa: PLC0415 - a process that mends no picture starts without

    from richmenus.recompress import recompress  # noqa: PLC0415 - as above

    if RESIZE in mends:
        image = opened(data)
        written = io.BytesIO()
        image.resize(size, Image.Resampling.LANCZOS).save(written, "PNG")
        data = written.getvalue()
    if LIGHTER in mends or len(data) > limits.RICH_MENU_IMAGE_BYTES:
        data = recompress(data).data
    return data
