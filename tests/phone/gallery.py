"""Pictures of a small shop, drawn on the spot, for the messages of tests and screenshots."""

import io
from collections.abc import Callable
from typing import Final

from aiohttp import web
from PIL import Image, ImageDraw

Draw = ImageDraw.ImageDraw
_SIZE: Final = (1040, 1040)


def _tea(draw: Draw) -> None:
    draw.ellipse((240, 640, 800, 760), fill="#b9d3c4")
    draw.rounded_rectangle((300, 360, 740, 700), 120, fill="#f7f3ea")
    draw.ellipse((680, 420, 860, 600), outline="#f7f3ea", width=40)
    draw.ellipse((330, 340, 710, 430), fill="#7d9b45")
    for x in (430, 520, 610):
        draw.arc((x, 170, x + 60, 320), 90, 270, fill="#9db8aa", width=14)


def _sweet(draw: Draw) -> None:
    for x, y, color in ((260, 420, "#f2b6b6"), (520, 420, "#fdf7ec"), (390, 250, "#c8dca0")):
        draw.ellipse((x, y, x + 270, y + 270), fill=color)
    draw.line((180, 860, 860, 220), fill="#a06a3f", width=22)


def _store(draw: Draw) -> None:
    draw.rectangle((200, 420, 840, 860), fill="#f6ead8")
    draw.polygon([(150, 420), (890, 420), (800, 240), (240, 240)], fill="#b8323b")
    draw.rectangle((440, 580, 600, 860), fill="#8a5a3c")
    draw.rectangle((260, 540, 390, 680), fill="#a9cfe0")
    draw.rectangle((650, 540, 780, 680), fill="#a9cfe0")


def _mountain(draw: Draw) -> None:
    draw.ellipse((660, 140, 860, 340), fill="#f5b94a")
    draw.polygon([(0, 1040), (420, 330), (840, 1040)], fill="#4f8a8b")
    draw.polygon([(420, 330), (320, 500), (420, 470), (520, 500)], fill="#ffffff")
    draw.polygon([(400, 1040), (800, 560), (1240, 1040)], fill="#39686c")


def _map(draw: Draw) -> None:
    for row, color in enumerate(("#f4d9c6", "#cfe3d4")):
        for column in range(2):
            shade = color if (row + column) % 2 == 0 else "#dbe5f0"
            box = (column * 520 + 12, row * 520 + 12, column * 520 + 508, row * 520 + 508)
            draw.rounded_rectangle(box, 40, fill=shade)
    draw.ellipse((180, 180, 340, 340), fill="#b8323b")
    draw.rectangle((700, 180, 860, 340), fill="#1f4663")
    draw.polygon([(260, 680), (360, 860), (160, 860)], fill="#7d9b45")
    draw.rounded_rectangle((690, 690, 870, 850), 60, fill="#e0a03c")


def _star(draw: Draw) -> None:
    right = [(520, 90), (640, 400), (970, 410), (710, 610), (800, 930)]
    left = [(240, 930), (330, 610), (70, 410), (400, 400)]
    draw.polygon([*right, (520, 740), *left], fill="#f0b429")


PICTURES: Final[dict[str, tuple[str, Callable[[Draw], None]]]] = {
    "tea": ("#dcebe2", _tea),
    "sweet": ("#f3e3d3", _sweet),
    "store": ("#cfe0ea", _store),
    "mountain": ("#d9e9ec", _mountain),
    "map": ("#ffffff", _map),
    "star": ("#ffffff", _star),
}


def picture_of(name: str, width: int = 1040, height: int = 1040) -> bytes:
    """Draw a picture, cut to a shape."""
    color, draw = PICTURES[name]
    canvas = Image.new("RGB", _SIZE, color)
    draw(ImageDraw.Draw(canvas))
    out = io.BytesIO()
    scale = max(width, height) / max(_SIZE)
    grown = canvas.resize((int(_SIZE[0] * scale), int(_SIZE[1] * scale)))
    left, top = (grown.width - width) // 2, (grown.height - height) // 2
    grown.crop((left, top, left + width, top + height)).save(out, "PNG")
    return out.getvalue()


def gallery() -> web.Application:
    """Return an app that serves the pictures at ``/pictures/<name>``, ``…/1040`` too."""
    app = web.Application()

    async def show(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in PICTURES:
            raise web.HTTPNotFound
        return web.Response(body=picture_of(name), content_type="image/png")

    app.router.add_get("/{name}", show)
    app.router.add_get("/{name}/{width}", show)
    return app
