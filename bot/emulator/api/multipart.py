"""Forms with a file."""

from email.parser import BytesParser
from email.policy import HTTP

from bot.emulator.api.operations import Call
from bot.emulator.errors import LineError


def fields_of(call: Call) -> tuple[dict[str, str], bytes]:
    """Return the text fields and the bytes of the one file.

    Raises:
        LineError: 415, it is no such form.
    """
    content_type = call.headers.get("Content-Type", "")
    if not content_type.startswith("multipart/form-data"):
        raise LineError(415, f"The content type, {content_type}, is not supported")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + call.raw)
    fields: dict[str, str] = {}
    data = b""
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        name = part.get_param("name", header="content-disposition")
        if name == "file":
            data = content
        elif isinstance(name, str):
            fields[name] = content.decode(errors="replace").strip()
    return fields, data
