"""What follows an answer, a greeting or a coupon, as its author lists it; carried out in order.

on_done: [{do: add_tag, tag: regular}, …] -> Action -> bot.actions
"""

from datetime import date
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field

from bot.content.words import Key, MessageText, Words
from bot.content.yaml_source import Content


def _hashable(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if type(value) is date:
        return value.isoformat()
    if value is None or isinstance(value, dict):
        raise ValueError("no value of an attribute; write a text, a number, true, false or a list")
    return value


class SetAttribute(Content):
    """Let the person be known for something."""

    do: Literal["set_attribute"]
    attribute: Key
    #: As the attribute stores it.
    value: Annotated[Any, AfterValidator(_hashable)]


class AddTag(Content):
    """Put a tag on the person."""

    do: Literal["add_tag"]
    tag: Key


class RemoveTag(Content):
    """Take a tag off the person."""

    do: Literal["remove_tag"]
    tag: Key


class IssueCoupon(Content):
    """Hand out a coupon of a campaign."""

    do: Literal["issue_coupon"]
    campaign: Key


class SwitchMenu(Content):
    """Show the menu that the rules now say, or one that is named, until they say another."""

    do: Literal["switch_menu"]
    menu: Key | None = None


class StartConversation(Content):
    """Hand the friend over to staff."""

    do: Literal["start_conversation"]
    #: Tells staff what it is about.
    topic: Words | None = None


class SendText(Content):
    """Say something."""

    do: Literal["send"]
    text: MessageText


class Join(Content):
    """Make the person a member."""

    do: Literal["join"]


Action: TypeAlias = Annotated[
    SetAttribute
    | AddTag
    | RemoveTag
    | IssueCoupon
    | SwitchMenu
    | StartConversation
    | SendText
    | Join,
    Field(discriminator="do"),
]

#: Actions that say something: so many messages each, at most.
MESSAGES: Final = {"send": 1, "issue_coupon": 1, "start_conversation": 1}
