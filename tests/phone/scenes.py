"""One talk for each message type, as a small tea shop would write it."""

from collections.abc import Callable
from typing import Any, Final

from tests.phone.support import PUBLIC, Json, Shop, box, postback, quick

GALLERY: Final = f"{PUBLIC}/pictures"
TEA, SWEET, STORE, VIEW = (f"{GALLERY}/{name}" for name in ("tea", "sweet", "store", "mountain"))


def words(said: str, **more: Any) -> Json:
    return {"type": "text", "text": said, **more}


def row(*contents: Json, **more: Any) -> Json:
    return {"type": "box", "layout": "horizontal", "contents": list(contents), **more}


def image(url: str, **more: Any) -> Json:
    return {"type": "image", "url": url, **more}


def button(label: str, **more: Any) -> Json:
    return {"type": "button", "action": postback(label, label), "height": "sm", **more}


def flex(contents: Json, alt: str = "ご案内") -> Json:
    return {"type": "flex", "altText": alt, "contents": contents}


def template(alt: str, **fields: Any) -> Json:
    return {"type": "template", "altText": alt, "template": fields}


def star(rank: float) -> Json:
    stars: list[Json] = [
        {"type": "icon", "url": f"{GALLERY}/star", "size": "sm"} for _ in range(int(rank))
    ]
    score = words(f"{rank}", size="sm", color="#8a8a8a", margin="md", flex=0)
    return {"type": "box", "layout": "baseline", "contents": [*stars, score], "margin": "sm"}


def bubble() -> Json:
    return {
        "type": "bubble",
        "hero": image(TEA, size="full", aspectRatio="20:13", aspectMode="cover"),
        "body": box(
            words("朝の抹茶セット", weight="bold", size="xl"),
            star(4.5),
            row(
                words("営業時間", size="sm", color="#8a8a8a", flex=2),
                words("7:30–11:00", size="sm", wrap=True, flex=5),
                spacing="sm",
                margin="lg",
            ),
            row(
                words("お値段", size="sm", color="#8a8a8a", flex=2),
                {
                    **words("", size="sm", flex=5),
                    "contents": [
                        {"type": "span", "text": "¥1,200 ", "decoration": "line-through"},
                        {"type": "span", "text": "¥980", "weight": "bold", "color": "#b8323b"},
                    ],
                },
                spacing="sm",
            ),
        ),
        "footer": box(
            button("予約する", style="primary", color="#1f4663"),
            button("お店を見る", style="secondary"),
            spacing="sm",
        ),
    }


def slide(picture: str, name: str, price: str, badge: str) -> Json:
    ribbon = box(
        words(badge, color="#ffffff", align="center", size="xs"),
        position="absolute",
        offsetTop="12px",
        offsetStart="12px",
        backgroundColor="#b8323b",
        cornerRadius="20px",
        width="64px",
        height="24px",
        justifyContent="center",
    )
    veil = box(
        words(name, color="#ffffff", weight="bold", size="lg"),
        words(price, color="#ffffffcc", size="sm"),
        position="absolute",
        offsetBottom="0px",
        offsetStart="0px",
        offsetEnd="0px",
        paddingAll="14px",
        background={
            "type": "linearGradient",
            "angle": "0deg",
            "startColor": "#14202bee",
            "endColor": "#14202b00",
        },
    )
    picture_box = image(picture, size="full", aspectMode="cover", aspectRatio="2:3")
    body = box(picture_box, veil, ribbon, paddingAll="0px")
    action = postback(name, name)
    return {"type": "bubble", "size": "micro", "body": body, "action": action}


def carousel() -> Json:
    slides = [
        slide(SWEET, "三色団子", "¥480", "人気"),
        slide(TEA, "お抹茶", "¥650", "新茶"),
        slide(STORE, "横浜店", "7/1 開店", "新店"),
    ]
    return {"type": "carousel", "contents": slides}


def film() -> Json:
    return {
        "type": "bubble",
        "size": "mega",
        "hero": {
            "type": "video",
            "url": f"{PUBLIC}/film.mp4",
            "previewUrl": VIEW,
            "aspectRatio": "16:9",
            "altContent": image(VIEW, size="full", aspectRatio="16:9", aspectMode="cover"),
        },
        "body": box(
            words("茶畑の一年", weight="bold", size="lg"),
            words("標高600メートルの畑から、湯のみまで。", wrap=True, size="sm", color="#666666"),
            background={
                "type": "linearGradient",
                "angle": "135deg",
                "startColor": "#f3f8ef",
                "centerColor": "#ffffff",
                "endColor": "#e2eef5",
            },
        ),
    }


def column(picture: str, title: str, said: str) -> Json:
    actions = [postback("詳しく見る", title), postback("予約する", f"{title}!")]
    return {"thumbnailImageUrl": picture, "title": title, "text": said, "actions": actions}


def area(x: int, y: int, said: str) -> Json:
    place = {"x": x, "y": y, "width": 520, "height": 520}
    return {"type": "message", "label": said, "text": said, "area": place}


ANSWERS: Final = quick(
    postback("おすすめ", "best"),
    {"type": "location", "label": "近くのお店"},
    {"type": "camera", "label": "カメラ"},
    {"type": "datetimepicker", "label": "日を選ぶ", "data": "day", "mode": "date"},
)

#: What the account sends, by message type.
SCENES: Final[dict[str, Callable[[], list[Json]]]] = {
    "text": lambda: [
        words("いらっしゃいませ！縁茶屋です。\nメニューはこちら https://shop.example/menu"),
        words("今日は何をお探しですか？", quickReply=ANSWERS),
    ],
    "sticker": lambda: [{"type": "sticker", "packageId": "446", "stickerId": "1989"}],
    "image": lambda: [{"type": "image", "originalContentUrl": SWEET, "previewImageUrl": SWEET}],
    "video": lambda: [
        {"type": "video", "originalContentUrl": f"{PUBLIC}/film.mp4", "previewImageUrl": VIEW}
    ],
    "audio": lambda: [
        {"type": "audio", "originalContentUrl": f"{PUBLIC}/voice.m4a", "duration": 65_000}
    ],
    "location": lambda: [
        {
            "type": "location",
            "title": "縁茶屋 横浜店",
            "address": "神奈川県横浜市中区元町1丁目1",
            "latitude": 35.4437,
            "longitude": 139.638,
        }
    ],
    "imagemap": lambda: [
        {
            "type": "imagemap",
            "altText": "4つのお店から選べます",
            "baseUrl": f"{GALLERY}/map",
            "baseSize": {"width": 1040, "height": 1040},
            "actions": [area(0, 0, "赤の店"), area(520, 0, "青の店")],
        }
    ],
    "buttons": lambda: [
        template("朝の抹茶セット", type="buttons", **column(TEA, "朝の抹茶セット", "980円です"))
    ],
    "confirm": lambda: [
        template(
            "ご予約の確認",
            type="confirm",
            text="7月1日 10:00に2名様でご予約します。よろしいですか？",
            actions=[postback("はい", "yes"), postback("いいえ", "no")],
        )
    ],
    "carousel": lambda: [
        template(
            "お店のご案内",
            type="carousel",
            columns=[
                column(STORE, "横浜店", "元町の坂の下にあります"),
                column(VIEW, "山の店", "茶畑を見わたせます"),
            ],
        )
    ],
    "image-carousel": lambda: [
        template(
            "写真のご案内",
            type="image_carousel",
            columns=[
                {"imageUrl": picture, "action": postback(name, name)}
                for picture, name in ((SWEET, "団子"), (TEA, "お抹茶"), (STORE, "お店"))
            ],
        )
    ],
    "flex": lambda: [flex(bubble(), "朝の抹茶セット 980円")],
    "flex-carousel": lambda: [flex(carousel(), "今月のおすすめ")],
    "flex-video": lambda: [flex(film(), "茶畑の一年")],
}


async def coupon(shop: Shop) -> Json:
    """Create a coupon and return the message that carries it."""
    now = int(shop.line.emulator.clock.seconds())
    body = {
        "title": "夏の新茶フェア",
        "description": "店内のお飲みものが、どれでも1杯お得になります。",
        "acquisitionCondition": {"type": "normal"},
        "maxUseCountPerTicket": 1,
        "startTimestamp": now,
        "endTimestamp": now + 14 * 86_400,
        "timezone": "ASIA_TOKYO",
        "visibility": "PUBLIC",
        "reward": {"type": "discount", "priceInfo": {"type": "fixed", "fixedAmount": 200}},
        "imageUrl": TEA,
        "couponCode": "TEA-2026",
        "usageCondition": "1会計につき1枚",
    }
    made = await shop.line.api("/v2/bot/coupon", body, status=200)
    return {"type": "coupon", "couponId": made["couponId"]}
