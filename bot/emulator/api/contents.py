"""Files that users sent: the bytes, a preview, and whether LINE is done converting them."""

from typing import NoReturn

from bot.emulator.acts.contents import preview
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.errors import LineError, not_found
from bot.emulator.model import Content

operations = Operations(host="data")


def _content(call: Call) -> tuple[str, Content]:
    stored = call.platform.world.messages.get(call.params["messageId"])
    if stored is None or stored.content is None or stored.content.expired:
        raise not_found("not found")
    if stored.unsent:
        raise LineError(410, "The content is gone")
    return stored.message["type"], stored.content


@operations.get("/v2/bot/message/{messageId}/content")
def get_content(call: Call) -> Answer:
    """Return the file, or 202 while it is being prepared."""
    _, content = _content(call)
    if content.pending_polls > 0:
        content.pending_polls -= 1
        return Answer(status=202)
    data = call.platform.media.get(content.media_key) or _lost()
    return Answer(data, content_type=content.content_type)


@operations.get("/v2/bot/message/{messageId}/content/preview")
def get_preview(call: Call) -> Answer:
    """Return a small picture of an image or video."""
    kind, content = _content(call)
    if kind not in {"image", "video"}:
        raise LineError(400, "The content can not be previewed")
    data = call.platform.media.get(content.media_key) or _lost()
    return Answer(preview(data), content_type="image/jpeg")


@operations.get("/v2/bot/message/{messageId}/content/transcoding", host="data")
def get_transcoding(call: Call) -> Answer:
    """Return how far the conversion of a video or sound is."""
    kind, content = _content(call)
    if kind not in {"video", "audio"}:
        raise LineError(400, "Transcoding status doesn't support this type of content")
    if content.transcoding_failed:
        return Answer({"status": "failed"})
    return Answer({"status": "processing" if content.pending_polls > 0 else "succeeded"})


def _lost() -> NoReturn:
    raise not_found("not found")
