"""The root router of the bench: every answer begins with a bubble that names its event.

    event -> the real handlers (a text: none) -> "#<webhookEventId>" + their bubbles

So the friends' timelines alone tell what was answered, in which order, and how often. One text
fails whoever handles it, and however often: it must end as a dead letter and hold up nobody else.
"""

import re
from typing import Final

import handlers
from bot.line.limits import MESSAGES_PER_CALL
from bot.line.messages import text
from bot.routing import Answer, Context, Router

#: A text that ends in this is worth a paid message.
PAYS: Final = " ¥"
#: A text that no handler will ever get through.
DOOMED: Final = "✗"
_TAG: Final = re.compile(r"#([0-9A-Za-z]+)\Z")


def tag_of(event_id: str) -> str:
    """Return the text that names an event."""
    return f"#{event_id}"


def event_of(words: object) -> str | None:
    """Return the event that a text names, if it names one."""
    found = _TAG.match(words) if isinstance(words, str) else None
    return None if found is None else found[1]


class Echo(Router):
    """The real handlers, with every answer marked."""

    async def dispatch(self, ctx: Context) -> Answer | None:
        """Answer a text itself and let the real handlers answer the rest."""
        words = _words(ctx)
        if words == DOOMED:
            raise RuntimeError("this one fails for ever")
        answer = Answer() if words is not None else await handlers.root.dispatch(ctx)
        if answer is None or (words is None and not answer.messages):
            return answer
        tag = text(tag_of(str(ctx.event["webhookEventId"])))
        messages = [tag, *answer.messages][:MESSAGES_PER_CALL]
        return Answer(messages, pays=answer.pays or (words or "").endswith(PAYS))


def _words(ctx: Context) -> str | None:
    content = ctx.event.get("message")
    if ctx.event.get("type") != "message" or not isinstance(content, dict):
        return None
    return str(content.get("text")) if content.get("type") == "text" else None


root: Final = Echo("echo")
