"""One tile of a rich menu: an icon with words beside it, or below it in a narrow tile.

Tile + size + Brand -> picture with transparent corners
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from PIL import Image, ImageDraw, ImageFont

from bot.content.brand import WHITE, Brand
from richmenus import icons
from richmenus.looks import Icon, Look, Tile
from richmenus.typeface import Weight, fitting

Size: TypeAlias = tuple[int, int]

_RADIUS: Final = 72
_OVERSIZE: Final = 4
#: From the edge of a tile to what stands in it, and between icon and words.
_PADDING: Final = 120
#: Tiles at least this much wider than high have their words beside the icon.
_WIDE: Final = 1.5
_TITLE: Final = (120, 200)
_CAPTION: Final = (84, 96)
_BUTTON: Final = 96
_BUTTON_PADDING: Final = (110, 52)
#: How strongly the shop's sign shows through behind the words, of 255.
_SIGN: Final = 22


@dataclass(frozen=True, slots=True)
class _Inks:
    ground: str
    icon: str
    title: str
    caption: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of words, or of words on a button."""

    text: str
    face: ImageFont.FreeTypeFont
    ink: str
    #: Free room above it.
    above: int
    on_button: bool = False

    @property
    def size(self) -> Size:
        width, height = round(self.face.getlength(self.text)), round(self.face.size)
        if not self.on_button:
            return width, height
        return width + 2 * _BUTTON_PADDING[0], height + 2 * _BUTTON_PADDING[1]


def tile_image(tile: Tile, size: Size, brand: Brand) -> Image.Image:
    """Draw a tile."""
    inks = _inks(tile.look, brand)
    image = Image.new("RGBA", size, inks.ground)
    if tile.look is not Look.PLAIN:
        _sign(image)
    if size[0] > size[1] * _WIDE:
        _beside(image, tile, inks)
    else:
        _below(image, tile, inks)
    image.putalpha(_rounded(size, _RADIUS))
    return image


def _inks(look: Look, brand: Brand) -> _Inks:
    match look:
        case Look.PLAIN:
            return _Inks(WHITE, brand.primary, brand.ink, brand.muted)
        case Look.PRIMARY:
            return _Inks(brand.primary, WHITE, WHITE, WHITE)
        case Look.MEMBER:
            return _Inks(brand.member, WHITE, WHITE, WHITE)


def _beside(image: Image.Image, tile: Tile, inks: _Inks) -> None:
    width, height = image.size
    side = min(round(height * 0.62), width // 3)
    image.paste(
        inks.icon, (_PADDING, (height - side) // 2), icons.icon(tile.icon or Icon.LINK, side)
    )
    left = _PADDING + side + _PADDING
    lines = _lines(tile, inks, height, width - left - _PADDING)
    _write(image, lines, left, centred=False, top=(height - _height(lines)) // 2)


def _below(image: Image.Image, tile: Tile, inks: _Inks) -> None:
    width, height = image.size
    side = round(min(width, height) * 0.44)
    lines = _lines(tile, inks, height // 2, width - _PADDING)
    gap = _PADDING // 2
    top = (height - side - gap - _height(lines)) // 2
    image.paste(inks.icon, ((width - side) // 2, top), icons.icon(tile.icon or Icon.LINK, side))
    _write(image, lines, width // 2, centred=True, top=top + side + gap)


def _lines(tile: Tile, inks: _Inks, height: int, room: int) -> list[_Line]:
    """Choose the faces, by how high the tile is and how wide its words may be."""
    title = _between(height * 0.28, _TITLE)
    words = tile.title or ""
    face = fitting(words, Weight.BOLD, title, room)
    lines = [_Line(words, face, inks.title, above=0)]
    if tile.caption:
        face = fitting(tile.caption, Weight.REGULAR, _between(title * 0.5, _CAPTION), room)
        lines.append(_Line(tile.caption, face, inks.caption, above=title // 3))
    if tile.button:
        face = fitting(tile.button, Weight.BOLD, _BUTTON, room - 2 * _BUTTON_PADDING[0])
        above = round(title * 0.45)
        lines.append(_Line(tile.button, face, inks.ground, above=above, on_button=True))
    return lines


def _write(image: Image.Image, lines: list[_Line], x: int, *, centred: bool, top: int) -> None:
    draw = ImageDraw.Draw(image)
    for line in lines:
        top += line.above
        width, height = line.size
        left = x - width // 2 if centred else x
        if line.on_button:
            image.paste(WHITE, (left, top), _rounded(line.size, height // 2))
            left += _BUTTON_PADDING[0]
        draw.text((left, top + height // 2), line.text, line.ink, line.face, anchor="lm")
        top += height


def _height(lines: list[_Line]) -> int:
    return sum(line.above + line.size[1] for line in lines)


def _sign(image: Image.Image) -> None:
    """Let the shop's swallow fly through the right of the tile, faintly."""
    width, height = image.size
    side = round(min(height * 0.92, width * 0.8))
    faint = icons.mask(icons.swallow, side).point([ink * _SIGN // 255 for ink in range(256)])
    image.paste(WHITE, (width - side - _PADDING // 2, (height - side) // 2), faint)


def _rounded(size: Size, radius: int) -> Image.Image:
    """Return a mask of a rectangle with smooth round corners."""
    large = (size[0] * _OVERSIZE, size[1] * _OVERSIZE)
    mask = Image.new("L", large, 0)
    box = (0, 0, large[0] - 1, large[1] - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * _OVERSIZE, fill=255)
    return mask.reduce(_OVERSIZE)


def _between(value: float, ends: tuple[int, int]) -> int:
    return round(min(max(value, ends[0]), ends[1]))
