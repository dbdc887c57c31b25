"""What differs between files, database and LINE, and what is to be done about it.

    versions wanted + what we know + what LINE has -> Plan -> publish.py

Menus with names that are not ours are somebody else's and are left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.line import limits
from richmenus.actions import alias_of
from richmenus.findings import Finding, errors
from richmenus.version import Version, named

ALIASES: Final = alias_of("")


class Kind(StrEnum):
    """What is to be done; also the kind of a recorded step."""

    #: A menu of a key that stood never before.
    CREATE = "create"
    #: Another version of a menu that stands.
    REPLACE = "replace"
    #: A version that stood, and was deleted by hand.
    RESTORE = "restore"
    #: A menu that was made and has no picture, or was not read back yet.
    COMPLETE = "complete"
    MAKE_ALIAS = "make alias"
    MOVE_ALIAS = "move alias"
    DELETE_ALIAS = "delete alias"
    SET_DEFAULT = "set default"
    #: Friends who have the version before.
    REPOINT = "repoint"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class MenuOnLine:
    """One menu that LINE has."""

    rich_menu_id: str
    #: As LINE returns it.
    body: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name; ours tell key and version."""
        return str(self.body.get("name", ""))

    @property
    def key(self) -> str | None:
        """The key of a menu of ours; none for somebody else's."""
        ours = named(self.name)
        return ours and ours[0]


@dataclass(frozen=True, slots=True)
class Found:
    """What LINE has."""

    menus: tuple[MenuOnLine, ...]
    #: The id of the default menu.
    default: str | None
    #: Ids of menus by alias.
    aliases: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of one version."""

    key: str
    fingerprint: str
    rich_menu_id: str | None
    #: Of the picture as LINE gives it back; none: not read back yet.
    line_digest: str | None
    #: When all friends of the version before had been given it.
    repointed_at: datetime | None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do."""

    kind: Kind
    key: str
    #: Ids and counts, by name.
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands already, and what is to be done."""

    wanted: tuple[Version, ...]
    found: Found
    #: By key; on LINE with their picture, read back.
    ready: Mapping[str, str]
    #: By key; on LINE, and still to be completed.
    bare: Mapping[str, str]
    #: Not on LINE in any state.
    missing: tuple[Version, ...]
    #: Keys whose friends are to be given the version that will stand.
    to_repoint: tuple[str, ...]
    #: Earlier versions, doubles, and menus no longer defined.
    old: tuple[MenuOnLine, ...]
    #: The key of everybody's menu; none: nobody has one now.
    default: str | None
    changes: tuple[Change, ...]
    #: Why nothing can be done, each with its mend.
    blockers: tuple[str, ...] = ()
    #: Keys that were taken back to an earlier version, and since when.
    pinned: Mapping[str, datetime] = field(default_factory=dict)
    #: Keys of the menus that were made elsewhere and adopted, by id.
    adopted: Mapping[str, str] = field(default_factory=dict)
    #: Keys of menus that are defined and cannot be read; nothing is done while there are any.
    unread: Sequence[str] = ()
    #: What the lint says of versions that are to be made, by key.
    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)

    def key_of(self, menu: MenuOnLine) -> str | None:
        """Return the key of a menu that is ours, by its name or because we adopted it."""
        return menu.key or self.adopted.get(menu.rich_menu_id)

    @property
    def is_empty(self) -> bool:
        """Whether files, database and LINE agree."""
        return not self.changes and not self.blockers


def make_plan(
    wanted: Sequence[Version],
    found: Found,
    known: Sequence[Known],
    *,
    default: str | None,
    named: Iterable[str] = (),
    unread: Iterable[str] = (),
    shown: Mapping[str, int] | None = None,
    pinned: Mapping[str, datetime] | None = None,
    findings: Mapping[str, Sequence[Finding]] | None = None,
) -> Plan:
    """Compare. Of several menus of one version the same one is kept each time.

    Args:
        wanted: every menu of the account.
        found: what LINE has.
        known: what the database knows of versions.
        default: the key of the menu for everybody who has none of their own; none: hidden now.
        named: keys of the menus that rules show; each must be wanted.
        unread: keys of menus that are defined, and cannot be read.
        shown: how many friends have each menu, by key.
        pinned: keys that were taken back, since when.
        findings: what the lint says of pictures and areas, by key.
    """
    records = {(one.key, one.fingerprint): one for one in known}
    there = {menu.rich_menu_id for menu in found.menus}
    ready: dict[str, str] = {}
    bare: dict[str, str] = {}
    missing: list[Version] = []
    for version in wanted:
        same = sorted(menu.rich_menu_id for menu in found.menus if menu.name == version.name)
        record = records.get((version.key, version.fingerprint))
        if record and record.line_digest and record.rich_menu_id in there:
            ready[version.key] = record.rich_menu_id
        elif record and record.rich_menu_id in same:
            bare[version.key] = record.rich_menu_id
        elif same:
            bare[version.key] = same[0]
        else:
            missing.append(version)
    kept = {*ready.values(), *bare.values()}
    adopted = {one.rich_menu_id: one.key for one in known if one.rich_menu_id is not None}
    ours = [menu for menu in found.menus if menu.key or menu.rich_menu_id in adopted]
    old = tuple(menu for menu in ours if menu.rich_menu_id not in kept)
    plan = Plan(
        wanted=tuple(wanted),
        found=found,
        ready=ready,
        bare=bare,
        missing=tuple(missing),
        to_repoint=tuple(_to_repoint(wanted, records, ready)),
        old=old,
        default=default,
        changes=(),
        pinned=pinned or {},
        adopted=adopted,
        findings=findings or {},
    )
    plan = replace(plan, unread=tuple(sorted(unread)))
    changes = _changes(plan, records, shown or {})
    return replace(plan, changes=tuple(changes), blockers=tuple(_blockers(plan, named)))


def _to_repoint(
    wanted: Sequence[Version],
    records: Mapping[tuple[str, str], Known],
    ready: Mapping[str, str],
) -> list[str]:
    """List the keys of which some friends may still have another version."""
    keys = []
    for version in wanted:
        record = records.get((version.key, version.fingerprint))
        is_done = record is not None and record.repointed_at is not None
        if version.key not in ready or not is_done:
            keys.append(version.key)
    return keys


def _changes(
    plan: Plan, records: Mapping[tuple[str, str], Known], shown: Mapping[str, int]
) -> list[Change]:
    stood = {key for (key, _), record in records.items() if record.published_at is not None}
    stood |= {key for key in map(plan.key_of, plan.old) if key is not None}
    changes = []
    for version in plan.wanted:
        key = version.key
        if key in plan.bare:
            changes.append(Change(Kind.COMPLETE, key, {"id": plan.bare[key]}))
        elif key not in plan.ready:
            record = records.get((key, version.fingerprint))
            again = record is not None and record.rich_menu_id is not None
            kind = Kind.RESTORE if again else Kind.REPLACE if key in stood else Kind.CREATE
            changes.append(Change(kind, key))
        changes += _alias_changes(plan, version)
    if plan.default is not None:
        standing = plan.ready.get(plan.default)
        if standing is None or plan.found.default != standing:
            changes.append(Change(Kind.SET_DEFAULT, plan.default))
    changes += [
        Change(Kind.REPOINT, key, {"friends": shown.get(key, 0)})
        for key in plan.to_repoint
        if shown.get(key, 0)
    ]
    wanted = {version.alias for version in plan.wanted}
    changes += [
        Change(Kind.DELETE_ALIAS, alias.removeprefix(ALIASES), {"alias": alias})
        for alias in plan.found.aliases
        if alias.startswith(ALIASES) and alias not in wanted
    ]
    keys = {version.key for version in plan.wanted}
    for menu in plan.old:
        key = plan.key_of(menu) or ""
        left: dict[str, str | int] = {
            "id": menu.rich_menu_id,
            "friends": 0 if key in keys else shown.get(key, 0),
        }
        changes.append(Change(Kind.DELETE, key, left))
    return changes


def _alias_changes(plan: Plan, version: Version) -> list[Change]:
    named_now = plan.found.aliases.get(version.alias)
    if named_now is None:
        return [Change(Kind.MAKE_ALIAS, version.key, {"alias": version.alias})]
    if named_now != plan.ready.get(version.key):
        return [Change(Kind.MOVE_ALIAS, version.key, {"alias": version.alias})]
    return []


def _blockers(plan: Plan, named: Iterable[str]) -> list[str]:
    keys = {version.key for version in plan.wanted} | set(plan.unread)
    needed = {*named, plan.default} - {None}
    said = [
        f"the menu {key} is defined, and cannot be read: enishi doctor says what to mend"
        for key in plan.unread
    ]
    said += [
        f"rules show the menu {key}, which is not defined; write {key}.yaml or correct the rules"
        for key in sorted(str(key) for key in needed - keys)
    ]
    said += [
        f"{version.key}: {finding}"
        for version in plan.wanted
        for finding in errors(plan.findings.get(version.key, ()))
    ]
    total = len(plan.found.menus) + len(plan.missing)
    if total > limits.RICH_MENUS_PER_CHANNEL:
        said.append(
            f"LINE keeps {limits.RICH_MENUS_PER_CHANNEL} menus; {len(plan.found.menus)} are there "
            f"and {len(plan.missing)} are to come; delete some that are not ours first"
        )
    return said


_WORDS: Final = {
    Kind.CREATE: "{key}: make it on LINE",
    Kind.REPLACE: "{key}: make its new version on LINE",
    Kind.RESTORE: "{key}: make it again, it is gone from LINE",
    Kind.COMPLETE: "{key}: complete {id}, and read it back",
    Kind.MAKE_ALIAS: "{key}: name it {alias}, for tabs",
    Kind.MOVE_ALIAS: "{key}: let {alias} mean the new one",
    Kind.DELETE_ALIAS: "{key}: forget the alias {alias}",
    Kind.SET_DEFAULT: "{key}: show it to everybody who has none of their own",
    Kind.REPOINT: "{key}: show {friends:,} friends the new one",
    Kind.DELETE: "{key}: delete {id}",
}


def say(change: Change) -> str:
    """Say a change in one line."""
    words = _WORDS[change.kind].format(key=change.key, **change.values)
    if change.kind is Kind.DELETE and change.values.get("friends"):
        words += f"; {change.values['friends']:,} friends who have it see the default then"
    return words
