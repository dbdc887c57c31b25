"""Words in both languages of the screens; Japanese is the one by default."""

from typing import Literal, TypeAlias

from bot.content.words import Words
from bot.content.yaml_source import Content

Language: TypeAlias = Literal["ja", "en"]


class Bilingual(Content):
    """The same words twice."""

    ja: Words
    en: Words

    def say(self, language: Language) -> str:
        """Return the words in one of the languages."""
        return self.ja if language == "ja" else self.en

    @classmethod
    def same(cls, words: str) -> "Bilingual":
        """Stand for both languages: a heading somebody wrote needs no translation."""
        return cls(ja=words, en=words)
