"""The catalogue of this account: what its attributes, tags, surveys and menus let one ask.

    Vocabulary, surveys, menus -> catalogue -> Catalogue

Purchases, coupons and visits will add fields of their own here, and a source in ``atoms``.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from bot.people.bilingual import Bilingual
from bot.people.definition import (
    Attribute,
    ChoiceAttribute,
    Definitions,
    MultiChoiceAttribute,
    NumberAttribute,
    PrefectureAttribute,
)
from bot.people.derived import BIRTH_DATE, DERIVED
from bot.people.prefectures import CODES, ENGLISH, JAPANESE
from bot.people.tags import Tags
from bot.people.vocabulary import Vocabulary
from bot.segments import atoms
from bot.segments.catalogue import (
    ENTERED,
    Age,
    Catalogue,
    Derived,
    EffectiveFriend,
    Field,
    FriendshipDays,
    Kind,
    Presence,
)
from bot.surveys.choosing import AGREED, DECLINED
from bot.surveys.definition import (
    ChoiceQuestion,
    ConsentQuestion,
    DateQuestion,
    Question,
    Survey,
)

#: Attributes whose choices need no heading: 「女性」, 「東京都」.
_PLAIN: Final = frozenset({"sex", "gender", "prefecture"})
_KINDS: Final[Mapping[str, tuple[Kind, atoms.Shape]]] = MappingProxyType(
    {
        "number": (Kind.NUMBER, atoms.Shape.NUMBER),
        "date": (Kind.DATE, atoms.Shape.TEXT),
        "choice": (Kind.CHOICE, atoms.Shape.TEXT),
        "prefecture": (Kind.CHOICE, atoms.Shape.TEXT),
        "multi_choice": (Kind.MULTI, atoms.Shape.SET),
        "boolean": (Kind.BOOLEAN, atoms.Shape.FLAG),
    }
)
_BIRTHDAY: Final = Bilingual(ja="お誕生日", en="Birthday")
_BOUGHT: Final = Presence(
    there=Bilingual(ja="購入あり", en="has bought something"),
    missing=Bilingual(ja="購入なし", en="has bought nothing"),
    note=Bilingual(ja="購入なし", en="those who bought nothing"),
)
_TAGGED: Final = Presence(
    there=Bilingual(ja="{name}がひとつ以上ある", en="any {name}"),
    missing=Bilingual(ja="{name}がひとつもない", en="no {name}"),
    note=Bilingual(ja="{name}なし", en="no {name}"),
)
_BEFRIENDED: Final = Presence(
    there=Bilingual(ja="いま友だち", en="a friend now"),
    missing=Bilingual(ja="いま友だちではない", en="not a friend now"),
    note=Bilingual(ja="いま友だちではない人", en="those who are no friends now"),
)
_ANSWERED: Final = Presence(
    there=Bilingual(ja="{name}に回答あり", en="{name} is answered"),
    missing=Bilingual(ja="{name}に回答なし", en="{name} is not answered"),
    note=Bilingual(ja="回答なし", en="unanswered"),
)
_REACHED: Final = Presence(
    there=Bilingual(ja="{name}がある", en="{name}: any"),
    missing=Bilingual(ja="{name}がない", en="{name}: none"),
    note=Bilingual(ja="途中ではない人", en="those at none"),
)
_FRIENDSHIP: Final = {
    "friend": Bilingual(ja="友だち", en="friend"),
    "blocked": Bilingual(ja="ブロック中", en="blocked"),
    "stranger": Bilingual(ja="友だち追加前", en="not yet a friend"),
}
_PROGRESS: Final = {
    atoms.NOT_STARTED: Bilingual(ja="未回答", en="not started"),
    "asking": Bilingual(ja="回答中", en="being answered"),
    "reviewing": Bilingual(ja="確認中", en="being reviewed"),
    "paused": Bilingual(ja="あとで回答", en="put off"),
    "stopped": Bilingual(ja="途中でやめた", en="stopped"),
    "done": Bilingual(ja="回答済み", en="done"),
}


def catalogue(
    vocabulary: Vocabulary,
    *,
    surveys: Mapping[str, Survey],
    menus: Mapping[str, Bilingual],
    default_menu: str,
) -> Catalogue:
    """List every field of an account.

    Args:
        vocabulary: the attributes and tags of people.
        surveys: by key.
        menus: the labels of the rich menus, by key.
        default_menu: what a friend sees to whom no other was linked.
    """
    menu = Field(
        key="menu",
        kind=Kind.CHOICE,
        reads=atoms.Menu(default_menu),
        name=Bilingual(ja="リッチメニュー", en="Rich menu"),
        choices=menus,
        is_always_known=True,
    )
    asked = [field for survey in surveys.values() for field in _survey(survey)]
    return Catalogue(
        [
            *map(_attribute, vocabulary.attributes.values()),
            *_derived(vocabulary.attributes),
            _tag(vocabulary.tags),
            _friendship(),
            *_purchases(),
            *asked,
            menu,
        ]
    )


def _attribute(attribute: Attribute) -> Field:
    kind, shape = _KINDS.get(attribute.kind, (Kind.TEXT, atoms.Shape.TEXT))
    return Field(
        key=f"attribute.{attribute.key}",
        kind=kind,
        reads=atoms.Attribute(attribute.key, shape),
        name=attribute.label,
        choices=_choices(attribute),
        unit=attribute.unit if isinstance(attribute, NumberAttribute) else None,
        is_plain=attribute.key in _PLAIN,
        anniversary=_BIRTHDAY if attribute.key == BIRTH_DATE else None,
    )


def _choices(attribute: Attribute) -> Mapping[str, Bilingual]:
    if isinstance(attribute, (ChoiceAttribute, MultiChoiceAttribute)):
        return {choice.value: choice.label for choice in attribute.choices}
    if isinstance(attribute, PrefectureAttribute):
        names = zip(CODES, JAPANESE, ENGLISH, strict=True)
        return {code: Bilingual(ja=ja, en=en) for code, ja, en in names}
    return {}


def _derived(definitions: Definitions) -> Iterator[Field]:
    if BIRTH_DATE in definitions:
        yield _number("age", Age(BIRTH_DATE), is_plain=True)
    yield _number("friendship_days", FriendshipDays(), presence=_BEFRIENDED)
    yield _flag("effective_friend", EffectiveFriend())
    yield _flag("linked", atoms.Linked(), Bilingual(ja="ID連携済み", en="ID linked"))
    yield _flag("member", atoms.Member())


def _number(
    key: str, reads: Derived, *, is_plain: bool = False, presence: Presence = ENTERED
) -> Field:
    attribute = DERIVED[key].attribute
    return Field(
        key=key,
        kind=Kind.NUMBER,
        reads=reads,
        name=attribute.label,
        unit=attribute.unit if isinstance(attribute, NumberAttribute) else None,
        is_plain=is_plain,
        presence=presence,
    )


def _flag(key: str, reads: atoms.Source | Derived, name: Bilingual | None = None) -> Field:
    return Field(
        key=key,
        kind=Kind.BOOLEAN,
        reads=reads,
        name=name or DERIVED[key].attribute.label,
        is_plain=True,
        is_always_known=True,
    )


def _purchases() -> Iterator[Field]:
    """List what tills and shops tell of purchases; ``bot.purchases.facts`` keeps it."""
    yield Field(
        key="purchase.amount",
        kind=Kind.NUMBER,
        reads=atoms.Attribute("purchase.amount", atoms.Shape.NUMBER),
        name=Bilingual(ja="購入金額", en="Amount bought"),
        unit=Bilingual(ja="円", en="yen"),
        presence=_BOUGHT,
    )
    yield Field(
        key="purchase.count",
        kind=Kind.NUMBER,
        reads=atoms.Attribute("purchase.count", atoms.Shape.NUMBER),
        name=Bilingual(ja="購入回数", en="Purchases"),
        unit=Bilingual(ja="回", en="times"),
        presence=_BOUGHT,
    )
    yield Field(
        key="purchase.last",
        kind=Kind.DATE,
        reads=atoms.Attribute("purchase.last", atoms.Shape.TEXT),
        name=Bilingual(ja="最終購入日", en="Last purchase"),
        presence=_BOUGHT,
    )
    yield Field(
        key="purchase.sku",
        kind=Kind.MULTI,
        reads=atoms.Attribute("purchase.sku", atoms.Shape.SET),
        name=Bilingual(ja="購入商品", en="Bought"),
        is_always_known=True,  # who has bought nothing has not bought this
        presence=_BOUGHT,
    )


def _tag(tags: Tags) -> Field:
    return Field(
        key="tag",
        kind=Kind.MULTI,
        reads=atoms.Tags(),
        name=Bilingual(ja="タグ", en="Tag"),
        choices={tag.key: tag.label for tag in tags.values()},
        is_always_known=True,
        presence=_TAGGED,
    )


def _friendship() -> Field:
    return Field(
        key="friendship",
        kind=Kind.CHOICE,
        reads=atoms.State(),
        name=Bilingual(ja="友だち状態", en="Friendship"),
        choices=_FRIENDSHIP,
        is_plain=True,
        is_always_known=True,
    )


def _survey(survey: Survey) -> Iterator[Field]:
    title = Bilingual(ja=f"アンケート「{survey.title}」", en=f"Survey “{survey.title}”")
    yield Field(
        key=f"survey.{survey.key}",
        kind=Kind.CHOICE,
        reads=atoms.SurveyState(survey.key),
        name=title,
        choices=_PROGRESS,
        is_always_known=True,
    )
    yield Field(
        key=f"survey.{survey.key}.question",
        kind=Kind.CHOICE,
        reads=atoms.SurveyQuestion(survey.key),
        name=Bilingual(ja=f"{title.ja}の途中の質問", en=f"{title.en}, question reached"),
        choices={
            question.key: Bilingual(
                ja=f"{number}問目（{question.label}）", en=f"no. {number} ({question.label})"
            )
            for number, question in enumerate(survey.questions, 1)
        },
        presence=_REACHED,
    )
    for question in survey.questions:
        yield _answer(survey, question)


def _answer(survey: Survey, question: Question) -> Field:
    choices = _offered(question)
    kind = Kind.CHOICE if choices else Kind.TEXT
    return Field(
        key=f"survey.{survey.key}.answer.{question.key}",
        kind=Kind.DATE if isinstance(question, DateQuestion) else kind,
        reads=atoms.SurveyAnswer(survey.key, question.key),
        name=Bilingual(
            ja=f"アンケート「{survey.title}」の「{question.label}」",
            en=f"“{question.label}” of survey “{survey.title}”",
        ),
        choices=choices,
        presence=_ANSWERED,
    )


def _offered(question: Question) -> Mapping[str, Bilingual]:
    """Return what one answer can be; several at once are asked of the attribute they set."""
    if isinstance(question, ChoiceQuestion):
        return {choice.value: Bilingual.same(choice.label) for choice in question.choices}
    if isinstance(question, ConsentQuestion):
        return {
            AGREED: Bilingual(ja="同意する", en="agreed"),
            DECLINED: Bilingual(ja="同意しない", en="declined"),
        }
    return {}
