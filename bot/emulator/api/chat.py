"""Small signs in the chat: the loading animation and read marks."""

from bot.emulator import ids, limits
from bot.emulator.acts import incoming
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.checks import fields
from bot.emulator.checks.findings import ROOT, Findings
from bot.emulator.errors import LineError, body_errors, invalid_property
from bot.emulator.model import StoredMessage

operations = Operations()

_NOT_OURS = (
    "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook."
)


@operations.post("/v2/bot/chat/loading/start", rate=limits.RATE_LOADING)
def start_loading(call: Call) -> Answer:
    """Show three dots until a message arrives or the time is over."""
    body, findings = call.json(), Findings()
    chat_id = fields.text(body, "chatId", ROOT, findings, most=limits.TEXT_MAX)
    seconds = fields.integer(body, "loadingSeconds", ROOT, findings, required=False)
    if seconds is None:
        seconds = limits.LOADING_DEFAULT
    at = ROOT.key("loadingSeconds")
    if not limits.LOADING_MIN <= seconds <= limits.LOADING_MAX:
        findings.add(at, f"Must be between {limits.LOADING_MIN} and {limits.LOADING_MAX}")
    if seconds % limits.LOADING_STEP:
        findings.add(at, "must be a multiple of five")
    if findings:
        raise body_errors(findings.details)
    if not ids.USER_ID.match(chat_id or ""):
        raise invalid_property("chatId")
    user = call.platform.world.users.get(chat_id or "")
    if user is not None:
        user.chat.loading_until = call.now + seconds
        news = {"type": "loading", "userId": user.user_id, "seconds": seconds}
        call.platform.stream.publish(news)
    return Answer(status=202)


@operations.post("/v2/bot/chat/markAsRead")
def mark_as_read(call: Call) -> Answer:
    """Mark a message and everything before it as read."""
    findings = Findings()
    token = fields.text(call.json(), "markAsReadToken", ROOT, findings, most=limits.TEXT_MAX)
    if findings:
        raise body_errors(findings.details)
    stored = call.platform.world.messages.get((token or "").rpartition(".")[2])
    if stored is None or token != incoming.read_token(call.platform, stored.message_id):
        raise LineError(400, _NOT_OURS)
    _read_until(call, stored)
    return Answer()


def _read_until(call: Call, stored: StoredMessage) -> None:
    platform = call.platform
    chat = platform.world.chat(stored.chat_id or "")
    if chat is not None and chat.read_until < stored.at:
        chat.read_until = stored.at
        news = {
            "type": "read",
            "userId": stored.chat_id,
            "upTo": stored.at,
            "messageId": stored.message_id,
        }
        platform.stream.publish(news)
        platform.on_change()


@operations.post("/v2/bot/message/markAsRead")
def mark_user_as_read(call: Call) -> Answer:
    """Mark a whole talk as read, by user; the older form of the call."""
    findings = Findings()
    reference = fields.child(call.json(), "chat", ROOT, findings, required=True)
    if findings:
        raise body_errors(findings.details)
    user_id = fields.string(reference or {}, "userId", ROOT.key("chat")) or ""
    user = call.platform.world.users.get(user_id)
    if not ids.USER_ID.match(user_id):
        raise invalid_property("chat.userId")
    last = (
        next((b for b in reversed(user.chat.bubbles) if b.direction == "in"), None)
        if user
        else None
    )
    if last is not None:
        _read_until(call, call.platform.world.messages[last.message_id])
    return Answer()
