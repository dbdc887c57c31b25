"""How each action is carried out, by the service whose business it is.

``lacks`` says at the start of a process what an action names and nobody has defined.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.actions.running import GoneError, Moment, Performer
from bot.content.actions import AddTag, Join, RemoveTag, SendText, SetAttribute, SwitchMenu
from bot.line.messages import Message, text
from bot.membership.service import Membership
from bot.menus.service import Menus
from bot.people.model import PeopleError
from bot.people.service import People
from bot.people.tags import UnknownTagError


@dataclass(frozen=True, slots=True)
class SettingAttributes:
    """``set_attribute``."""

    people: People

    async def __call__(self, moment: Moment, action: SetAttribute, /) -> Sequence[Message]:
        """Let the person be known for it."""
        try:
            await self.people.learn(
                moment.unit,
                moment.friend.person_id,
                {action.attribute: _json(action.value)},
                source=moment.source,
                now=moment.now,
            )
        except PeopleError as error:
            raise GoneError(str(error)) from error
        return ()

    def lacks(self, action: SetAttribute) -> str | None:
        """Say what is wrong with the attribute or its value."""
        attributes = self.people.vocabulary.attributes
        if action.attribute not in attributes:
            return f"there is no attribute {action.attribute}; define it in attributes.yaml"
        try:
            attributes[action.attribute].check(_json(action.value))
        except PeopleError as error:
            return f"{action.value!r} is none of attribute {action.attribute}: {error}"
        return None


@dataclass(frozen=True, slots=True)
class Tagging:
    """``add_tag``."""

    people: People

    async def __call__(self, moment: Moment, action: AddTag, /) -> Sequence[Message]:
        """Put the tag on the person."""
        try:
            await self.people.tag(
                moment.unit,
                moment.friend.person_id,
                action.tag,
                reason=moment.reason,
                source=moment.source,
                now=moment.now,
            )
        except UnknownTagError as error:
            raise GoneError(str(error)) from error
        return ()

    def lacks(self, action: AddTag) -> str | None:
        """Say that there is no such tag."""
        return _no_tag(self.people, action.tag)


@dataclass(frozen=True, slots=True)
class Untagging:
    """``remove_tag``."""

    people: People

    async def __call__(self, moment: Moment, action: RemoveTag, /) -> Sequence[Message]:
        """Take the tag off the person."""
        await self.people.untag(
            moment.unit,
            moment.friend.person_id,
            action.tag,
            reason=moment.reason,
            source=moment.source,
            now=moment.now,
        )
        return ()

    def lacks(self, action: RemoveTag) -> str | None:
        """Say that there is no such tag."""
        return _no_tag(self.people, action.tag)


@dataclass(frozen=True, slots=True)
class Joining:
    """``join``."""

    membership: Membership

    async def __call__(self, moment: Moment, _: Join, /) -> Sequence[Message]:
        """Make the person a member."""
        await self.membership.join(moment.unit, moment.friend, now=moment.now)
        return ()


@dataclass(frozen=True, slots=True)
class Switching:
    """``switch_menu``: to what the rules say once the list so far is done, or to a named one."""

    menus: Menus

    async def __call__(self, moment: Moment, action: SwitchMenu, /) -> Sequence[Message]:
        """Show it, if another one is shown."""
        if gone := self.lacks(action):
            raise GoneError(gone)
        unit, user_id, why, now = moment.unit, moment.friend.user_id, moment.why, moment.now
        if action.menu is None:
            await self.menus.refresh(unit, user_id, why=why, now=now)
        else:
            await self.menus.show(unit, user_id, action.menu, why=why, now=now)
        return ()

    def lacks(self, action: SwitchMenu) -> str | None:
        """Say that there is no such menu."""
        if action.menu is None or action.menu in self.menus.tabs.keys:
            return None
        return no_menu(action.menu, self.menus.tabs.keys)


def no_menu(key: str, known: Iterable[str]) -> str:
    """Say that there is no such rich menu, and which there are."""
    names = ", ".join(sorted(known)) or "none is defined"
    return (
        f"there is no rich menu {key}; define it in richmenus/{key}.yaml, or name one of: {names}"
    )


async def say(_: Moment, action: SendText, /) -> Sequence[Message]:
    """Carry out ``send``."""
    return (text(action.text),)


def performers(people: People, membership: Membership, menus: Menus) -> dict[str, Performer]:
    """Return what every account can do, by the word after ``do:``."""
    return {
        "set_attribute": SettingAttributes(people),
        "add_tag": Tagging(people),
        "remove_tag": Untagging(people),
        "join": Joining(membership),
        "switch_menu": Switching(menus),
        "send": say,
    }


def _no_tag(people: People, tag: str) -> str | None:
    if tag in people.vocabulary.tags:
        return None
    return f"there is no tag {tag}; define it in tags.yaml, or check its spelling"


def _json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
