"""Random messages that LINE takes."""

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

letters = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20
)
#: Words without braces or dollars, which mean something in texts.
words = letters.filter(lambda text: not set(text) & set("{}$"))
short = st.text("abcdefghij 日本語", min_size=1, max_size=10)
urls = st.from_regex(
    r"https://[a-z]{1,10}\.example/[a-z0-9%20]{0,0}[a-z0-9/?=&]{0,20}", fullmatch=True
)
links = st.one_of(urls, st.just("tel:0312345678"), st.just("line://ti/p/@demo"))
colors = st.from_regex(r"#[0-9A-F]{6}([0-9A-F]{2})?", fullmatch=True)


def optional(**fields: Any) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({}, optional=fields)


def fixed(**fields: Any) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(fields)


def merged(*parts: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.tuples(*parts).map(lambda found: {k: v for part in found for k, v in part.items()})


def actions(label: st.SearchStrategy[str] = short) -> st.SearchStrategy[Json]:
    return st.one_of(
        fixed(type=st.just("postback"), label=label, data=short, displayText=short),
        fixed(
            type=st.just("postback"),
            label=label,
            data=short,
            inputOption=st.just("openKeyboard"),
            fillInText=short,
        ),
        fixed(type=st.just("message"), label=label, text=short),
        fixed(type=st.just("uri"), label=label, uri=links),
        fixed(
            type=st.just("datetimepicker"),
            label=label,
            data=short,
            mode=st.just("date"),
            min=st.just("2026-01-01"),
            max=st.just("2026-12-31"),
        ),
        fixed(type=st.just("clipboard"), label=label, clipboardText=short),
    )


quick_replies = fixed(
    items=st.lists(
        fixed(
            type=st.just("action"),
            action=st.one_of(actions(), fixed(type=st.just("camera"), label=short)),
        ),
        min_size=1,
        max_size=13,
    )
)
extras = optional(quickReply=quick_replies, sender=optional(name=st.just("Staff"), iconUrl=urls))

texts = merged(fixed(type=st.just("text"), text=words), extras)
emoji_texts = words.map(
    lambda text: {
        "type": "text",
        "text": f"${text}",
        "emojis": [{"index": 0, "productId": "p", "emojiId": "001"}],
    }
)
texts_v2 = words.map(
    lambda text: {
        "type": "textV2",
        "text": f"{text}{{smile}}{{{{literal}}}}",
        "substitution": {"smile": {"type": "emoji", "productId": "p", "emojiId": "1"}},
    }
)
stickers = fixed(type=st.just("sticker"), packageId=st.just("446"), stickerId=st.just("1988"))
images = fixed(type=st.just("image"), originalContentUrl=urls, previewImageUrl=urls)
videos = fixed(
    type=st.just("video"),
    originalContentUrl=urls,
    previewImageUrl=urls,
    trackingId=st.just("track-1"),
)
audios = fixed(type=st.just("audio"), originalContentUrl=urls, duration=st.integers(1, 10**6))
locations = fixed(
    type=st.just("location"),
    title=short,
    address=short,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
)
coupons = fixed(type=st.just("coupon"), couponId=st.just("01K"), deliveryTag=st.just("tag_1"))
areas = fixed(**dict.fromkeys(("x", "y", "width", "height"), st.integers(0, 1040)))
videos_in_maps = merged(
    fixed(originalContentUrl=urls, previewImageUrl=urls, area=areas),
    optional(externalLink=fixed(linkUri=links, label=short)),
)
imagemaps = merged(
    optional(video=videos_in_maps),
    fixed(
        type=st.just("imagemap"),
        baseUrl=urls,
        altText=short,
        baseSize=fixed(width=st.just(1040), height=st.integers(1, 2000)),
        actions=st.lists(
            st.one_of(
                fixed(type=st.just("uri"), linkUri=links, area=areas),
                fixed(type=st.just("message"), text=short, area=areas),
                fixed(type=st.just("clipboard"), clipboardText=short, area=areas),
            ),
            min_size=1,
            max_size=5,
        ),
    ),
)


def templated(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return fixed(type=st.just("template"), altText=short, template=inner)


buttons = templated(
    merged(
        fixed(
            type=st.just("buttons"),
            text=short,
            actions=st.lists(actions(), min_size=1, max_size=4),
        ),
        optional(
            title=short,
            thumbnailImageUrl=urls,
            imageAspectRatio=st.sampled_from(["rectangle", "square"]),
            imageSize=st.sampled_from(["cover", "contain"]),
            imageBackgroundColor=colors,
            defaultAction=actions(),
        ),
    )
)
confirms = templated(
    fixed(
        type=st.just("confirm"),
        text=short,
        actions=st.lists(actions(), min_size=2, max_size=2),
    )
)
carousels = st.integers(1, 3).flatmap(
    lambda count: templated(
        fixed(
            type=st.just("carousel"),
            columns=st.lists(
                fixed(
                    text=short,
                    title=short,
                    thumbnailImageUrl=urls,
                    actions=st.lists(actions(), min_size=count, max_size=count),
                ),
                min_size=1,
                max_size=4,
            ),
        )
    )
)
image_carousels = templated(
    fixed(
        type=st.just("image_carousel"),
        columns=st.lists(fixed(imageUrl=urls, action=actions()), min_size=1, max_size=4),
    )
)

spans = fixed(
    type=st.just("text"),
    contents=st.lists(
        merged(fixed(type=st.just("span"), text=short), optional(weight=st.just("bold"))),
        min_size=1,
        max_size=3,
    ),
)
gradients = merged(
    fixed(
        type=st.just("linearGradient"),
        angle=st.sampled_from(["0deg", "359.9deg"]),
        startColor=colors,
        endColor=colors,
    ),
    optional(centerColor=colors, centerPosition=st.sampled_from(["0%", "50%", "100%"])),
)
baselines = fixed(
    type=st.just("box"),
    layout=st.just("baseline"),
    contents=st.lists(
        st.one_of(
            fixed(type=st.just("icon"), url=urls, size=st.sampled_from(["sm", "20px"])),
            fixed(type=st.just("text"), text=short),
        ),
        max_size=3,
    ),
)
spaces = st.sampled_from(["none", "xs", "sm", "md", "lg", "xl", "xxl", "12px"])
flex_texts = merged(
    fixed(type=st.just("text"), text=short),
    optional(
        size=st.sampled_from(["xxs", "md", "5xl", "14px"]),
        color=colors,
        weight=st.sampled_from(["regular", "bold"]),
        wrap=st.booleans(),
        margin=spaces,
        flex=st.integers(0, 5),
        action=actions(),
    ),
)
flex_images = merged(
    fixed(type=st.just("image"), url=urls),
    optional(
        size=st.sampled_from(["full", "md", "50%", "30px"]),
        aspectRatio=st.sampled_from(["1:1", "20:13", "1:3"]),
        aspectMode=st.sampled_from(["fit", "cover"]),
    ),
)
flex_buttons = merged(
    fixed(type=st.just("button"), action=actions()),
    optional(
        style=st.sampled_from(["primary", "secondary", "link"]),
        height=st.sampled_from(["sm", "md"]),
        color=colors,
    ),
)
separators = merged(fixed(type=st.just("separator")), optional(margin=spaces, color=colors))
leaves = st.one_of(flex_texts, flex_images, flex_buttons, separators, spans, baselines)


def boxes(contents: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return merged(
        fixed(
            type=st.just("box"),
            layout=st.sampled_from(["vertical", "horizontal"]),
            contents=st.lists(contents, max_size=3),
        ),
        optional(
            spacing=spaces,
            paddingAll=st.sampled_from(["10px", "5%", "lg"]),
            backgroundColor=colors,
            cornerRadius=spaces,
            borderWidth=st.sampled_from(["light", "2px"]),
            justifyContent=st.just("space-between"),
            background=gradients,
            offsetTop=st.sampled_from(["-10px", "-5%", "sm"]),
            maxWidth=st.sampled_from(["80%", "100px"]),
        ),
    )


box = boxes(st.recursive(leaves, boxes, max_leaves=4))
bubbles = merged(
    fixed(type=st.just("bubble"), body=box),
    optional(
        header=box,
        footer=box,
        hero=st.one_of(flex_images, box),
        direction=st.sampled_from(["ltr", "rtl"]),
        styles=optional(body=optional(backgroundColor=colors, separator=st.booleans())),
    ),
)
with_video = fixed(
    type=st.just("bubble"),
    size=st.sampled_from(["kilo", "mega", "giga"]),
    hero=merged(
        fixed(
            type=st.just("video"),
            url=urls,
            previewUrl=urls,
            altContent=st.one_of(flex_images, box),
        ),
        optional(
            aspectRatio=st.just("20:13"),
            action=fixed(type=st.just("uri"), label=short, uri=links),
        ),
    ),
    body=box,
)
flexes = fixed(
    type=st.just("flex"),
    altText=short,
    contents=st.one_of(
        merged(bubbles, optional(size=st.sampled_from(["nano", "mega", "giga"]))),
        with_video,
        fixed(type=st.just("carousel"), contents=st.lists(bubbles, min_size=1, max_size=3)),
    ),
)

messages = st.one_of(
    texts,
    emoji_texts,
    texts_v2,
    stickers,
    images,
    videos,
    audios,
    locations,
    coupons,
    imagemaps,
    buttons,
    confirms,
    carousels,
    image_carousels,
    flexes,
)
