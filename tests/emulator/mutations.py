"""Single changes that break one of LINE's rules, and where LINE would point."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]
#: The broken message, and the property that the refusal must name.
Mutation = tuple[Json, str]

LONG = 6000
#: A lower-case word that no enumeration has.
NO_SUCH = "no-such-value"


def mutations(message: Json) -> list[Mutation]:
    """Return every single mutation of one valid message."""
    found = [*_of_message(message), *_of_quick_reply(message)]
    if message["type"] == "template":
        found += _of_template(message)
    elif message["type"] == "flex":
        found += _of_flex(message)
    return found


def _with(message: Json, path: Path, value: Any) -> Json:
    changed = copy.deepcopy(message)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _without(message: Json, path: Path) -> Json:
    changed = copy.deepcopy(message)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def _at(node: Any, path: Path) -> Any:
    for key in path:
        node = node[key]
    return node


_TEXT_LIMITS = {
    "text": {"text": 5000},
    "textV2": {"text": 5000},
    "location": {"title": 100, "address": 100},
    "imagemap": {"altText": 1500},
    "template": {"altText": 1500},
    "flex": {"altText": 1500},
}
_URLS = {
    "image": ("originalContentUrl", "previewImageUrl"),
    "video": ("originalContentUrl", "previewImageUrl"),
    "audio": ("originalContentUrl",),
    "imagemap": ("baseUrl",),
}
_WRONG: dict[str, Sequence[tuple[str, Any]]] = {
    "sticker": (("packageId", "x"), ("stickerId", None)),
    "video": (("trackingId", "日本"), ("trackingId", "x" * 101)),
    "audio": (("duration", 0), ("duration", None)),
    "location": (("latitude", 91), ("longitude", -181), ("latitude", None)),
    "coupon": (("couponId", None), ("deliveryTag", "no-dash"), ("deliveryTag", "x" * 31)),
    "imagemap": (("actions", None),),
    "textV2": (("text", "{unknown}"), ("text", "single { brace")),
    "text": (("text", ""),),
}


def _of_message(message: Json) -> Iterator[Mutation]:
    kind = message["type"]
    yield _with(message, ("type",), NO_SUCH), "messages[0].type"
    for key, most in _TEXT_LIMITS.get(kind, {}).items():
        yield _with(message, (key,), "𠮷" * (most // 2) + "x"), f"messages[0].{key}"
        yield _without(message, (key,)), f"messages[0].{key}"
    for key in _URLS.get(kind, ()):
        yield _with(message, (key,), "http://a.example/"), f"messages[0].{key}"
        yield _with(message, (key,), "https://日本.example/"), f"messages[0].{key}"
        yield _with(message, (key,), "https://a.example/" + "x" * 2000), f"messages[0].{key}"
    for key, value in _WRONG.get(kind, ()):
        yield _with(message, (key,), value), f"messages[0].{key}"
    if message.get("emojis"):
        yield _with(message, ("emojis", 0, "index"), 1), "messages[0].emojis[0].index"
    if kind == "imagemap":
        yield _with(message, ("baseSize", "width"), 1039), "messages[0].baseSize.width"
        yield _with(message, ("actions", 0, "type"), NO_SUCH), "messages[0].actions[0].type"
        yield _with(message, ("actions", 0, "area", "x"), -1), "messages[0].actions[0].area.x"
        yield _without(message, ("actions", 0, "area")), "messages[0].actions[0].area"
    if kind == "imagemap" and "video" in message:
        place = "messages[0].video"
        yield _with(message, ("video", "previewImageUrl"), "x"), f"{place}.previewImageUrl"
        yield _without(message, ("video", "area")), f"{place}.area"
        link = {"linkUri": "no scheme", "label": "x" * 31}
        yield _with(message, ("video", "externalLink"), link), f"{place}.externalLink.linkUri"
        yield _with(message, ("video", "externalLink"), link), f"{place}.externalLink.label"


def _of_quick_reply(message: Json) -> Iterator[Mutation]:
    if "sender" in message:
        yield _with(message, ("sender",), {"name": "x" * 21}), "messages[0].sender.name"
        yield _with(message, ("sender",), {"iconUrl": "ftp://a"}), "messages[0].sender.iconUrl"
    if "quickReply" not in message:
        return
    items = message["quickReply"]["items"]
    place = "messages[0].quickReply.items"
    yield _with(message, ("quickReply", "items"), items * 14), place
    yield _with(message, ("quickReply", "items"), []), place
    yield from _of_action(
        message, ("quickReply", "items", 0, "action"), f"{place}[0].action.", label_max=20
    )


def _of_action(
    message: Json, path: Path, place: str, *, label_max: int | None, required: bool = True
) -> Iterator[Mutation]:
    """Break an action; ``place`` ends where its property names follow."""
    action = _at(message, path)
    yield _with(message, (*path, "type"), NO_SUCH), f"{place}type"
    if label_max is not None:
        yield _with(message, (*path, "label"), "👨‍👩‍👧" * (label_max + 1)), f"{place}label"
        if required:
            yield _without(message, (*path, "label")), f"{place}label"
    required_keys = {
        "postback": ("data",),
        "message": ("text",),
        "uri": ("uri",),
        "datetimepicker": ("data", "mode"),
        "clipboard": ("clipboardText",),
    }
    for key in required_keys.get(action["type"], ()):
        yield _without(message, (*path, key)), f"{place}{key}"
        if key != "mode":
            yield _with(message, (*path, key), "x" * LONG), f"{place}{key}"
    if action["type"] == "uri":
        yield _with(message, (*path, "uri"), "no scheme"), f"{place}uri"
    if action["type"] == "postback" and "displayText" in action:
        yield _with(message, (*path, "text"), "both"), f"{place}text"
        yield _with(message, (*path, "fillInText"), "x"), f"{place}fillInText"
    if action["type"] == "datetimepicker":
        yield _with(message, (*path, "min"), "2027-01-01"), f"{place}min"
        yield _with(message, (*path, "initial"), "12:00"), f"{place}initial"
        yield _with(message, (*path, "max"), "2101-01-01"), f"{place}max"


def _of_template(message: Json) -> Iterator[Mutation]:
    template = message["template"]
    kind = template["type"]
    yield _with(message, ("template", "type"), NO_SUCH), "template/type"
    if kind in {"buttons", "confirm"}:
        yield from _of_card(message, ("template",), "template/")
    elif kind == "carousel":
        yield from _of_card(message, ("template", "columns", 0), "template/columns/0/")
        columns = template["columns"]
        if len(columns) > 1:
            title = ("template", "columns", 1, "title")
            yield _without(message, title), "template/columns/1/title"
        yield _with(message, ("template", "columns"), columns[:1] * 11), "template/columns"
    else:
        place = "template/columns/0/"
        column: Path = ("template", "columns", 0)
        yield _with(message, (*column, "imageUrl"), "http://a"), f"{place}imageUrl"
        action = (*column, "action")
        yield from _of_action(message, action, f"{place}action/", label_max=12, required=False)


def _of_card(message: Json, path: Path, place: str) -> Iterator[Mutation]:
    card = _at(message, path)
    yield _with(message, (*path, "text"), "x" * 241), f"{place}text"
    yield _without(message, (*path, "text")), f"{place}text"
    yield _with(message, (*path, "actions"), card["actions"] * 5), f"{place}actions"
    yield _with(message, (*path, "actions"), []), f"{place}actions"
    for key, value in (
        ("title", "x" * 41),
        ("thumbnailImageUrl", "http://a.example"),
        ("imageBackgroundColor", "white"),
    ):
        if key in card:
            yield _with(message, (*path, key), value), f"{place}{key}"
    yield from _of_action(message, (*path, "actions", 0), f"{place}actions/0/", label_max=20)


def _of_flex(message: Json) -> Iterator[Mutation]:
    contents = message["contents"]
    yield _with(message, ("contents", "type"), NO_SUCH), "/type"
    if contents["type"] == "carousel":
        bubbles = contents["contents"]
        yield _with(message, ("contents", "contents"), bubbles * 13), "/contents"
        odd = [{**bubbles[0], "size": "nano"}, {**bubbles[0], "size": "giga"}]
        yield _with(message, ("contents", "contents"), odd), "/contents"
        yield from _of_bubble(message, ("contents", "contents", 0), "/contents/0")
    else:
        yield from _of_bubble(message, ("contents",), "")
        for block in ("header", "hero", "footer"):
            if block in contents and contents[block]["type"] == "box":
                yield from _of_box(message, ("contents", block), f"/{block}")


def _of_bubble(message: Json, path: Path, place: str) -> Iterator[Mutation]:
    yield _with(message, (*path, "size"), "huge"), f"{place}/size"
    yield _with(message, (*path, "direction"), "up"), f"{place}/direction"
    yield _with(message, (*path, "colour"), "red"), place or "/"
    yield _with(message, (*path, "body", "type"), "text"), f"{place}/body"
    styles = {"body": {"separator": "yes"}}
    yield _with(message, (*path, "styles"), styles), f"{place}/styles/body/separator"
    yield from _of_box(message, (*path, "body"), f"{place}/body")
    if (_at(message, path).get("hero") or {}).get("type") == "video":
        yield from _of_video(message, path, f"{place}/hero")


def _of_video(message: Json, path: Path, place: str) -> Iterator[Mutation]:
    hero = (*path, "hero")
    yield _with(message, (*path, "size"), "nano"), place
    yield _without(message, (*hero, "altContent")), f"{place}/altContent"
    yield (
        _with(message, (*hero, "altContent"), {"type": "text", "text": "x"}),
        (f"{place}/altContent"),
    )
    yield _without(message, (*hero, "previewUrl")), f"{place}/previewUrl"
    yield _with(message, (*hero, "aspectRatio"), "wide"), f"{place}/aspectRatio"
    tap = {"type": "message", "label": "x", "text": "x"}
    yield _with(message, (*hero, "action"), tap), f"{place}/action/type"


def _of_box(message: Json, path: Path, place: str) -> Iterator[Mutation]:
    box = _at(message, path)
    yield _with(message, (*path, "layout"), "diagonal"), f"{place}/layout"
    yield _with(message, (*path, "spacing"), "5%"), f"{place}/spacing"
    yield _with(message, (*path, "backgroundColor"), "#FFF"), f"{place}/backgroundColor"
    yield _with(message, (*path, "padding"), "1px"), place
    yield _with(message, (*path, "contents"), [None]), f"{place}/contents"
    if box["layout"] != "baseline":
        icon = {"type": "icon", "url": "https://a.example"}
        yield _with(message, (*path, "contents"), [icon]), f"{place}/contents/0"
    whole = {"type": "linearGradient", "startColor": "#000000", "endColor": "#FFFFFF"}
    for wrong in (
        {**whole, "angle": "360deg"},
        {**whole, "angle": "90deg", "centerPosition": "101%"},
        {"type": "linearGradient", "angle": "90deg", "startColor": "#000000"},
    ):
        yield _with(message, (*path, "background"), wrong), f"{place}/background"
    yield _with(message, (*path, "paddingAll"), "-1px"), f"{place}/paddingAll"
    yield _with(message, (*path, "flex"), -1), f"{place}/flex"
    for index, child in enumerate(box["contents"]):
        yield from _of_component(
            message, child, (*path, "contents", index), f"{place}/contents/{index}"
        )


def _of_component(message: Json, child: Json, path: Path, place: str) -> Iterator[Mutation]:
    yield _with(message, (*path, "type"), NO_SUCH), place
    yield _with(message, (*path, "colour"), "red"), place
    kind = child["type"]
    if kind == "box":
        yield from _of_box(message, path, place)
    elif kind == "text" and "contents" in child:
        span = (*path, "contents", 0)
        yield _with(message, (*span, "type"), "text"), f"{place}/contents/0"
        yield _with(message, (*span, "color"), "red"), f"{place}/contents/0/color"
    elif kind == "icon":
        yield _with(message, (*path, "size"), "full"), f"{place}/size"
        yield _without(message, (*path, "url")), f"{place}/url"
    elif kind == "text":
        yield _with(message, (*path, "text"), ""), f"{place}/text"
        yield _with(message, (*path, "size"), "huge"), f"{place}/size"
        yield _with(message, (*path, "wrap"), "yes"), f"{place}/wrap"
    elif kind == "image":
        yield _with(message, (*path, "url"), "http://a.example/x.png"), f"{place}/url"
        yield _with(message, (*path, "aspectRatio"), "1:4"), f"{place}/aspectRatio"
    elif kind == "button":
        yield _with(message, (*path, "style"), "tertiary"), f"{place}/style"
        yield _without(message, (*path, "action")), f"{place}/action"
        yield from _of_action(message, (*path, "action"), f"{place}/action/", label_max=40)
    elif kind == "separator":
        yield _with(message, (*path, "margin"), "1%"), f"{place}/margin"
