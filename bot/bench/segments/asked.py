"""What is asked: an account with thirty attributes, five typical segments, and fifty."""

from datetime import date
from itertools import islice, product
from typing import Any, Final

from bot import content
from bot.people.bilingual import Bilingual
from bot.people.definition import ATTRIBUTE, Attribute
from bot.people.vocabulary import Vocabulary
from bot.segments import model
from bot.segments.catalogue import Catalogue
from bot.segments.fields import catalogue
from bot.surveys import definition

TODAY: Final = date(2026, 4, 1)
#: Beside those that are asked for, as imports bring them: they make the rows as wide as they are.
FILLERS: Final = 21
DEFAULT_MENU: Final = "guest"


def _of(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


_WOMEN: Final = _of("attribute.sex", "is", "female")
_FRIEND: Final = _of("effective_friend", "is", value=True)

#: By name: from two to six conditions.
FIVE: Final[dict[str, Any]] = {
    "女性・30代": {"all": [_WOMEN, _of("age", "between", [30, 39])]},
    "今月お誕生日": {
        "all": [
            _of("attribute.birth_date", "anniversary_month", "this"),
            _of("member", "is", value=True),
            _FRIEND,
        ]
    },
    "購入2回以上": {
        "all": [
            _WOMEN,
            _of("attribute.purchases", ">=", 2),
            _of("attribute.last_purchase", "within_last", 90),
            _FRIEND,
        ]
    },
    "朝の食パン": {
        "all": [
            {
                "any": [
                    _of("attribute.visit_time", "is", "morning"),
                    _of("tag", "is", "regular"),
                ]
            },
            _of("attribute.favourites", "any_of", ["loaf", "savoury"]),
            {"not": _of("tag", "is", "care")},
            _FRIEND,
        ]
    },
    "近県の常連": {
        "all": [
            _of("attribute.prefecture", "any_of", ["11", "12", "13", "14"]),
            _of("age", ">=", 20),
            _of("attribute.newsletter", "is", value=True),
            _of("attribute.spent", ">=", 10_000),
            _of("friendship_days", ">=", 30),
            _of("survey.welcome", "is", "done"),
        ]
    },
}


def account() -> Catalogue:
    """Return the fields of the sample account, and of what a shop's purchases would import."""
    vocabulary = Vocabulary.of_content()
    vocabulary.attributes = vocabulary.attributes.with_more(_imported())
    return catalogue(
        vocabulary,
        surveys=definition.load_all(),
        menus={key: Bilingual.same(key) for key in content.menu_rules().menus},
        default_menu=DEFAULT_MENU,
    )


def _imported() -> list[Attribute]:
    kinds = {"purchases": "number", "spent": "number", "last_purchase": "date"}
    fillers = {f"filler_{number:02}": "text" for number in range(FILLERS)}
    return [
        ATTRIBUTE.validate_python({"key": key, "kind": kind, "label": {"ja": key, "en": key}})
        for key, kind in {**kinds, **fillers}.items()
    ]


def five(fields: Catalogue) -> dict[str, model.Rule]:
    """Return the five, by name."""
    return {name: model.read(values, fields) for name, values in FIVE.items()}


def fifty(fields: Catalogue) -> list[model.Rule]:
    """Return fifty: the five, each with a condition more, as campaigns vary them."""
    more = [_of("friendship_days", ">=", days) for days in range(10)]
    pairs = islice(product(FIVE.values(), more), 50)
    return [model.read({"all": [*one["all"], other]}, fields) for one, other in pairs]
