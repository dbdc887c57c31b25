"""A plain bot, as the SDK's documentation shows one: aiohttp, line-bot-sdk, state in Redis.

It stores no event and answers inside the webhook, so a crash, a redelivery or a slow LINE costs
what Enishi keeps. It is here to compare with.
"""

import asyncio
import os
from typing import Any

from aiohttp import web
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    PostbackAction,
    QuickReply,
    QuickReplyItem,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.webhooks import MessageEvent, TextMessageContent
from redis.asyncio import Redis

from bot.bench.path.webhooks import PATH

_WORDS = "メッセージをありがとうございます。このトークでは、下のボタンからご案内しています。"


class Handler:
    """Answers texts."""

    def __init__(self, line: Any, parser: Any, redis: Redis) -> None:
        self.line = line
        self.parser = parser
        self.redis = redis

    async def webhook(self, request: web.Request) -> web.Response:
        """Check, parse, answer each event, then LINE."""
        signature = request.headers["X-Line-Signature"]
        body = await request.text()
        try:
            events = self.parser.parse(body, signature)
        except InvalidSignatureError:
            return web.Response(status=400, text="Invalid signature")
        for event in events:
            if isinstance(event, MessageEvent) and isinstance(event.message, TextMessageContent):
                await self.answer(event)
        return web.Response(text="OK\n")

    async def answer(self, event: Any) -> None:
        """Look up and keep the friend's state, then reply."""
        key = f"friend:{event.source.user_id}"
        state = await self.redis.hgetall(key)
        await self.redis.hset(key, mapping={"texts": int(state.get(b"texts", 0)) + 1})
        buttons = [("アンケートに答える", "survey"), ("使い方を見る", "help")]
        items = [
            QuickReplyItem(action=PostbackAction(label=label, data=data, displayText=label))
            for label, data in buttons
        ]
        message = TextMessage(text=_WORDS, quickReply=QuickReply(items=items))
        await self.line.reply_message(
            ReplyMessageRequest(replyToken=event.reply_token, messages=[message])
        )


async def healthz(_: web.Request) -> web.Response:
    """Say that the process runs."""
    return web.Response(text="OK\n")


async def main() -> None:
    """Serve until stopped."""
    configuration = Configuration(
        access_token=os.environ["LINE_CHANNEL_ACCESS_TOKEN"], host=os.environ["LINE_API_BASE"]
    )
    async with AsyncApiClient(configuration) as client:
        handler = Handler(
            AsyncMessagingApi(client),
            WebhookParser(os.environ["LINE_CHANNEL_SECRET"]),
            Redis.from_url(os.environ["REDIS_URL"]),
        )
        app = web.Application()
        app.add_routes([web.post(PATH, handler.webhook), web.get("/healthz", healthz)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
