"""A survey with a question of every kind, for stories and drawings."""

from typing import Any, Final

from bot.content.yaml_source import Source
from bot.surveys.definition import Survey, parse

EVERYTHING: Final = """\
key: everything
version: 1
title: なんでもアンケート
done: {title: ありがとう, text: おしまいです。}
nudge: false
questions:
  - {key: nickname, kind: text, label: お呼び名, text: お呼び名は？, attribute: name, longest: 10,
     pattern: "[^0-9]+", pattern_help: 数字は使えません。}
  - {key: people, kind: number, label: 人数, text: 何人ですか？, attribute: household, minimum: 1,
     maximum: 8, unit: 人}
  - {key: birthday, kind: date, label: お誕生日, text: お誕生日は？, attribute: birth_date,
     button: 選ぶ, initial: 1990-01-01, earliest: 1910-01-01, latest: 2020-12-31, optional: true,
     skip: 答えたくない}
  - {key: wakes, kind: time, label: 朝, text: 朝は何時ですか？, button: 時刻を選ぶ, earliest: 5:00,
     latest: 11:00}
  - {key: pickup, kind: datetime, label: お受け取り, text: いつ？, button: 日時を選ぶ,
     earliest: 2026-04-01T09:00, latest: 2026-04-30T18:00}
  - {key: place, kind: location, label: 場所, text: どちらへ？}
  - {key: code, kind: postal_code, label: 郵便番号, text: 郵便番号は？, attribute: postal_code,
     prefecture: prefecture}
  - {key: home, kind: prefecture, label: ご出身, text: ご出身は？}
  - {key: tel, kind: phone, label: 電話, text: 電話番号は？, attribute: phone}
  - {key: mail, kind: email, label: メール, text: メールは？, attribute: email}
  - {key: photo, kind: image, label: 写真, text: 写真をどうぞ。}
  - key: looks
    kind: choice
    label: お好きなほう
    text: どちら？
    show: carousel
    choices:
      - {value: round, label: まる, image: "https://shop.example/round.jpg"}
      - {value: long, label: ながい, image: "https://shop.example/long.jpg"}
  - key: favourites
    kind: choices
    label: お好きなもの
    text: どれ？
    attribute: favourites
    least: 2
    most: 2
    choices:
      - {value: loaf, label: 食パン}
      - {value: cake, label: 焼き菓子}
      - {value: coffee, label: 珈琲}
  - {key: news, kind: consent, label: お知らせ, text: お送りしても？, attribute: newsletter,
     terms: お知らせだけに使います。, terms_version: "1"}
"""


def written(text: str = EVERYTHING, *changes: tuple[str, str]) -> Survey:
    """Read a survey, with some words changed."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse(Source(text, name="survey.yaml"))


def numbered(version: int, **more: Any) -> Survey:
    """A survey of two questions with a title that tells its version."""
    values = {
        "key": "tea",
        "version": version,
        "title": f"Tea {version}",
        "done": {"title": "Thanks", "text": "Bye."},
        "questions": (
            {"key": "name", "kind": "text", "label": "Name", "text": f"Name {version}?"},
            {"key": "cups", "kind": "number", "label": "Cups", "text": f"Cups {version}?"},
        ),
    }
    return Survey.model_validate(values | more, strict=False)
