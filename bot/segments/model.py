"""The rule tree of a segment as it is written, in YAML or JSON.

    {all: [...]} | {any: [...]} | {not: {...}} | {field: attribute.sex, op: is, value: female}

Every condition is checked against the account's fields while it is read, so that a mistake is
shown with its line. Rules are read like that from storage too: a field may have gone since.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    RootModel,
    Tag,
    TypeAdapter,
    ValidationInfo,
    field_validator,
)

from bot import content
from bot.content.words import Key, Words
from bot.content.yaml_source import Content, Several, Source, parse_folder
from bot.segments import operators
from bot.segments.catalogue import Catalogue, UnknownFieldError
from bot.segments.operators import Op, Value

DEEPEST: Final = 8
MOST_NODES: Final = 200

_FORMS: Final = ("all", "any", "not", "field")


def _value(value: Any, info: ValidationInfo) -> Value:
    value = operators.plain(value)
    items = value if isinstance(value, tuple) else (value,)
    if not all(item is None or isinstance(item, (bool, int, float, str)) for item in items):
        raise ValueError("write a text, a number, a day, true or false, or a list of them")
    if "field" not in info.data or "op" not in info.data:  # they have problems of their own
        return None
    return operators.check(_catalogue(info)[info.data["field"]], info.data["op"], value)


class Condition(Content):
    """One question about one field."""

    field: str
    op: Op
    value: Annotated[
        Value,
        PlainValidator(_value, json_schema_input_type=Value),
        Field(validate_default=True),
    ] = None

    @field_validator("field")
    @classmethod
    def _exists(cls, key: str, info: ValidationInfo) -> str:
        try:
            return _catalogue(info)[key].key
        except UnknownFieldError as error:
            raise ValueError(str(error)) from None

    @field_validator("op", mode="before")
    @classmethod
    def _fits(cls, op: Any, info: ValidationInfo) -> Op:
        if "field" not in info.data:
            return Op.SET  # never used: the field has a problem of its own
        field = _catalogue(info)[info.data["field"]]
        offered = operators.operators(field)
        if op not in offered:
            raise ValueError(f"{field.key} is asked with one of {', '.join(offered)}")
        return Op(op)


class _Node(Content):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class All(_Node):
    """All of the parts hold; with none of them everybody is meant."""

    parts: "Several[Rule]" = Field(alias="all")


class AnyOf(_Node):
    """Any of the parts holds; with none of them nobody is meant."""

    parts: "Several[Rule]" = Field(alias="any")


class Not(_Node):
    """The part does not hold."""

    part: "Rule" = Field(alias="not")


def _form(value: Any) -> str | None:
    """Return the tag of the model for a value; tags are unlike keys, for both stand in places."""
    if isinstance(value, Mapping):
        return next((f"<{form}>" for form in _FORMS if form in value), None)
    named = ((All, "<all>"), (AnyOf, "<any>"), (Not, "<not>"), (Condition, "<field>"))
    return next((form for model, form in named if isinstance(value, model)), None)


Rule: TypeAlias = Annotated[
    Annotated[All, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Not, Tag("<not>")]
    | Annotated[Condition, Tag("<field>")],
    Discriminator(
        _form,
        custom_error_type="form",
        custom_error_message="not a rule; write one of all, any, not, or field with op and value",
    ),
]


def _measured(value: Any) -> Any:
    """Refuse what is too deep or too large before anything walks through it."""
    level, depth, nodes = [value], 0, 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} levels; make it flatter")
        if nodes > MOST_NODES:
            raise ValueError(f"more than {MOST_NODES} conditions; make it smaller")
        level = [child for item in level for child in _children(item)]
    return value


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for form in ("all", "any"):
            if isinstance(value.get(form), list):
                yield from value[form]
        if "not" in value:
            yield value["not"]
    elif isinstance(value, (All, AnyOf)):
        yield from value.parts
    elif isinstance(value, Not):
        yield value.part


#: A whole tree.
Tree: TypeAlias = Annotated[Rule, BeforeValidator(_measured)]

for _model in (All, AnyOf, Not):
    _model.model_rebuild()
_ADAPTER: Final[TypeAdapter[Rule]] = TypeAdapter(Tree)


class Segment(Content):
    """Friends who fit a rule, under a name."""

    key: Key
    name: Words
    rule: Tree


class _Bare(RootModel[Tree]):
    """A file that is a rule and nothing else."""


def read(values: Any, catalogue: Catalogue) -> Rule:
    """Read a rule from JSON values.

    Raises:
        pydantic.ValidationError: lists every mistake with its place in the values.
    """
    return _ADAPTER.validate_python(values, context={"catalogue": catalogue})


def written(rule: Rule) -> dict[str, Any]:
    """Return a rule as JSON values, for ``read`` to read again."""
    match rule:
        case All(parts=parts):
            return {"all": [written(part) for part in parts]}
        case AnyOf(parts=parts):
            return {"any": [written(part) for part in parts]}
        case Not(part=part):
            return {"not": written(part)}
        case Condition(field=field, op=op, value=value):
            given = {} if value is None else {"value": value}
            return {"field": field, "op": op.value, **given}


def load(path: Path, catalogue: Catalogue) -> Rule:
    """Read the rule of a file, which is a segment or a rule alone, in YAML or JSON.

    Raises:
        ContentError: lists each mistake with its line, column and mend.
    """
    source = Source.open(path)
    if isinstance(source.values, dict) and "rule" in source.values:
        return source.parse(Segment, catalogue=catalogue).rule
    return source.parse(_Bare, catalogue=catalogue).root


def load_all(catalogue: Catalogue, folder: Path = content.FOLDER) -> dict[str, Segment]:
    """Read every file of ``segments/`` under a content folder, by key.

    Raises:
        ContentError: lists the mistakes of all files.
    """
    found = parse_folder(folder / "segments", Segment, catalogue=catalogue)
    return {segment.key: segment for segment in found}


def _catalogue(info: ValidationInfo) -> Catalogue:
    context: Mapping[str, Catalogue] = info.context or {}
    return context["catalogue"]
