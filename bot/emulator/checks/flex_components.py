"""Flex components: which properties each knows, and what they may hold."""

from typing import Final

from bot.emulator.checks import flex_values as v

Properties = dict[str, v.Accepts]

#: Checked on their own, as they nest.
NESTED: Final = frozenset({"type", "contents", "action", "altContent", "url", "previewUrl"})

_PLACE: Final[Properties] = {
    "margin": v.space,
    "position": v.keyword("relative", "absolute"),
    "offsetTop": v.offset,
    "offsetBottom": v.offset,
    "offsetStart": v.offset,
    "offsetEnd": v.offset,
}
_FLEX: Final[Properties] = {"flex": v.count}
_GRAVITY: Final[Properties] = {"gravity": v.keyword("top", "bottom", "center")}
_ALIGN: Final[Properties] = {"align": v.keyword("start", "end", "center")}
_FONT: Final[Properties] = {
    "size": v.font_size,
    "color": v.color,
    "weight": v.keyword("regular", "bold"),
    "style": v.keyword("normal", "italic"),
    "decoration": v.keyword("none", "underline", "line-through"),
}

_BOX: Final[Properties] = {
    **_PLACE,
    **_FLEX,
    "layout": v.keyword("horizontal", "vertical", "baseline"),
    "spacing": v.space,
    "backgroundColor": v.color,
    "borderColor": v.color,
    "borderWidth": v.border,
    "cornerRadius": v.space,
    "width": v.plain_length,
    "maxWidth": v.plain_length,
    "height": v.plain_length,
    "maxHeight": v.plain_length,
    "paddingAll": v.padding,
    "paddingTop": v.padding,
    "paddingBottom": v.padding,
    "paddingStart": v.padding,
    "paddingEnd": v.padding,
    "justifyContent": v.keyword(
        "center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"
    ),
    "alignItems": v.keyword("center", "flex-start", "flex-end"),
    "background": v.gradient,
}
_BUTTON: Final[Properties] = {
    **_PLACE,
    **_FLEX,
    **_GRAVITY,
    "color": v.color,
    "style": v.keyword("primary", "secondary", "link"),
    "height": v.keyword("sm", "md"),
    "adjustMode": v.keyword("shrink-to-fit"),
    "scaling": v.flag,
}
_IMAGE: Final[Properties] = {
    **_PLACE,
    **_FLEX,
    **_GRAVITY,
    **_ALIGN,
    "size": v.image_size,
    "aspectRatio": v.ratio,
    "aspectMode": v.keyword("fit", "cover"),
    "backgroundColor": v.color,
    "animated": v.flag,
}
_TEXT: Final[Properties] = {
    **_PLACE,
    **_FLEX,
    **_GRAVITY,
    **_ALIGN,
    **_FONT,
    "text": v.words,
    "wrap": v.flag,
    "maxLines": v.count,
    "lineSpacing": v.length(frozenset()),
    "adjustMode": v.keyword("shrink-to-fit"),
    "scaling": v.flag,
}

#: Component type to its plain properties.
PROPERTIES: Final[dict[str, Properties]] = {
    "box": _BOX,
    "button": _BUTTON,
    "image": _IMAGE,
    "text": _TEXT,
    "video": {"aspectRatio": v.ratio},
    "icon": {**_PLACE, "size": v.font_size, "aspectRatio": v.ratio, "scaling": v.flag},
    "span": {**_FONT, "text": v.words},
    "separator": {"margin": v.space, "color": v.color},
    "filler": _FLEX,
}

#: Component type to the nested properties it knows besides ``type``.
NESTS: Final[dict[str, frozenset[str]]] = {
    "box": frozenset({"contents", "action"}),
    "button": frozenset({"action"}),
    "image": frozenset({"url", "action"}),
    "text": frozenset({"contents", "action"}),
    "video": frozenset({"url", "previewUrl", "altContent", "action"}),
    "icon": frozenset({"url"}),
    "span": frozenset(),
    "separator": frozenset(),
    "filler": frozenset(),
}

#: What a box of each layout may hold; API reference, box.
HOLDS: Final[dict[str, frozenset[str]]] = {
    "horizontal": frozenset({"box", "button", "image", "text", "separator", "filler"}),
    "vertical": frozenset({"box", "button", "image", "text", "separator", "filler"}),
    "baseline": frozenset({"icon", "text", "filler"}),
}

BLOCK_STYLE: Final[Properties] = {
    "backgroundColor": v.color,
    "separator": v.flag,
    "separatorColor": v.color,
}
BUBBLE_SIZES: Final = ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga")
VIDEO_SIZES: Final = ("kilo", "mega", "giga")
