"""The sample account: it can be read, its colours can be too, and its rules leave nobody out."""

from pathlib import Path

import pytest

from bot import content
from bot.content import ContentError
from bot.content.brand import contrast

ACCOUNT = content.FOLDER / "account.yaml"


def broken(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """Read the sample account with some words changed, and return what is said of it."""
    text = ACCOUNT.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "account.yaml").write_text(text, "utf-8")
    with pytest.raises(ContentError) as caught:
        content.account(folder)
    return [f"{problem.field}: {problem.message}" for problem in caught.value.problems]


def test_black_on_white_has_the_highest_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#777777") == pytest.approx(4.48, abs=0.01)


def test_colours_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (said,) = broken(tmp_path, ('primary: "#A5462A"', 'primary: "#E8B04A"'))
    assert said == "brand: white on primary is 2.0:1; raise the contrast to 4.5:1"


def test_every_mistake_in_the_account_is_told_at_once(tmp_path: Path) -> None:
    said = broken(
        tmp_path,
        ("  name: 麦とつばめ\n", ""),
        ("  back: ひとつ戻る", "  back: とてもとても長いひとつ前の質問に戻るボタン"),
        ("  sticker: スタンプをありがとうございます。うれしく拝見しました。", "  sticker: "),
        ("  group: ", "  party: "),
    )
    assert [line.split(":")[0] for line in said] == [
        "shop.name",
        "survey.back",
        "replies.group",
        "replies.sticker",
        "replies.party",
    ]


def test_rules_without_a_default_are_refused(tmp_path: Path) -> None:
    (tmp_path / "menus.yaml").write_text("rules: []\n", "utf-8")
    with pytest.raises(ContentError, match=r"menus.yaml:1:1: default: Field required; add it"):
        content.menu_rules(tmp_path)
