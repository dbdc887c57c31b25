"""What the sample account says and asks, as YAML, and how to read it.

    account() -> Account      menu_rules() -> MenuRules      surveys: bot.surveys.definition

Every reader raises ``ContentError``, which lists each mistake with file, line, column and mend.
"""

from pathlib import Path
from typing import Final

from bot.content.account import Account, Talk
from bot.content.menus import MenuRules
from bot.content.stickers import Stickers
from bot.content.wallet import Wallet
from bot.content.yaml_source import ContentError, Problem, Source

__all__ = [
    "FOLDER",
    "RICH_MENUS",
    "Account",
    "ContentError",
    "MenuRules",
    "Problem",
    "Stickers",
    "Talk",
    "Wallet",
    "account",
    "menu_rules",
    "stickers",
    "wallet",
]

#: The sample account.
FOLDER: Final = Path(__file__).parent
#: Its rich menus, which stand at the top level with what draws them.
RICH_MENUS: Final = FOLDER.parents[1] / "richmenus"


def account(folder: Path = FOLDER) -> Account:
    """Read ``account.yaml``."""
    return Source.open(folder / "account.yaml").parse(Account)


def menu_rules(folder: Path = FOLDER) -> MenuRules:
    """Read ``menus.yaml``."""
    return Source.open(folder / "menus.yaml").parse(MenuRules)


def wallet(folder: Path = FOLDER) -> Wallet:
    """Read ``wallet.yaml``."""
    return Source.open(folder / "wallet.yaml").parse(Wallet)


def stickers(folder: Path = FOLDER) -> Stickers:
    """Read ``stickers.yaml``."""
    return Source.open(folder / "stickers.yaml").parse(Stickers)
