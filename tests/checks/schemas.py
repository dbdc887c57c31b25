"""The JSON Schemas that editors read, and the document of the API, are those of the models."""

from pathlib import Path
from typing import Final

from bot.api import document
from bot.definitions import schemas
from tests.checks.files import ROOT
from tests.checks.model import Problems

_FOLDER: Final = Path("docs/schemas")
_API: Final = Path("docs/api/openapi.json")


def current() -> Problems:
    """Every schema in docs/schemas is the one its model makes, and there is no other."""
    made, folder = schemas.texts(), ROOT / _FOLDER
    kept = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")}
    return [
        *(
            f"{_FOLDER / name} is not that of its model"
            for name in made
            if made[name] != kept.get(name)
        ),
        *(
            f"{_FOLDER / name} is the schema of no model"
            for name in sorted(kept.keys() - made.keys())
        ),
    ]


def api() -> Problems:
    """The document of the API is the one its operations make."""
    kept = ROOT / _API
    if kept.exists() and kept.read_bytes() == document.text():
        return []
    return [f"{_API} is not that of the operations"]
