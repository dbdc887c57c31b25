"""Segments in SQL: a tree becomes a WHERE clause that means the same on both databases.

    Tree -> where(tree, dialect) -> SELECT … FROM friends JOIN people

Under AND and OR a comparison with NULL is as good as false; only where it is negated, and there
alone, COALESCE makes it false, so that the rest stays plain enough for indexes.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from bot.friends.model import Friendship
from bot.membership.linking import CARD
from bot.segments.atoms import (
    NOT_STARTED,
    And,
    Atom,
    Attribute,
    FollowedAt,
    Is,
    Linked,
    Member,
    Menu,
    No,
    OneOf,
    Or,
    Range,
    State,
    SurveyAnswer,
    SurveyQuestion,
    SurveyState,
    Tags,
    Test,
    Tree,
    sources,
)
from bot.segments.sql.dialect import Json, within
from bot.segments.sql.postgres import PostgresJson
from bot.segments.sql.sqlite import SqliteJson
from bot.store.tables.friends import friends, people
from bot.store.tables.membership import member_cards, members
from bot.store.tables.surveys import survey_progress

_PERSONAL = (Attribute, Tags)


def source_of(tree: Tree) -> sa.FromClause:
    """Return what a tree's clause is asked of: friends, with their people where it needs them."""
    if any(isinstance(source, _PERSONAL) for source in sources(tree)):
        return friends.join(people, people.c.id == friends.c.person_id)
    return friends


def where(tree: Tree, dialect: str, *, is_walk: bool = False) -> ColumnElement[bool]:
    """Return the clause that is true for the friends a tree fits.

    Args:
        tree: resolved for a day.
        dialect: ``postgresql`` or ``sqlite``.
        is_walk: friends are gone through in order, some at a time. The indexes of people are
            kept out of it: each time, the database would begin with everybody they hold.
    """
    form = "coalesce(people.{}, '{{}}')" if dialect == "postgresql" else "+people.{}"
    attributes, tags = (
        sa.literal_column(form.format(column.name), column.type) if is_walk else column
        for column in (people.c.attributes, people.c.tags)
    )
    json = PostgresJson() if dialect == "postgresql" else SqliteJson()
    return _Clauses(json, attributes, tags, is_one_by_one=is_walk).of(tree)


class _Clauses:
    def __init__(
        self,
        json: Json,
        attributes: ColumnElement[Any],
        tags: ColumnElement[Any],
        *,
        is_one_by_one: bool,
    ) -> None:
        self._json = json
        self._is_one_by_one = is_one_by_one
        self._attributes = attributes
        self._tags = tags

    def of(self, tree: Tree) -> ColumnElement[bool]:
        match tree:
            case And(parts=parts):
                return sa.and_(sa.true(), *map(self.of, parts))
            case Or(parts=parts):
                return sa.or_(sa.false(), *map(self.of, parts))
            case No(part=part):
                inner = sa.func.coalesce(self.of(part), sa.false(), type_=sa.Boolean())
                return sa.not_(inner)
            case Atom():
                return self._atom(tree)

    def _atom(self, atom: Atom) -> ColumnElement[bool]:  # noqa: PLR0911 - one a kind
        match atom.source:
            case Attribute(key=key, shape=shape):
                return self._json.test(self._attributes, key, shape, atom.test)
            case Tags():
                return self._json.has(self._tags, None, atom.test)
            case State():
                return _plain(friends.c.state, atom.test)
            case Menu(default=default):
                return _plain(sa.func.coalesce(friends.c.menu, default), atom.test)
            case FollowedAt():
                is_friend = friends.c.state == Friendship.FRIEND.value
                return sa.and_(is_friend, _plain(friends.c.followed_at, atom.test))
            case Member():
                return _flag(self._exists(_is_member()), atom.test)
            case Linked():
                return _flag(self._exists(_is_linked()), atom.test)
            case SurveyState() | SurveyQuestion() | SurveyAnswer():
                return self._survey(atom.source, atom.test)

    def _exists(self, rows: sa.Select[Any]) -> ColumnElement[bool]:
        """Ask whether there is a row; for one friend at a time, where they are walked through."""
        # PostgreSQL takes an EXISTS with an OFFSET as it is written, and would otherwise read all
        # rows of everybody first, to answer for some thousand.
        return (rows.limit(1).offset(0) if self._is_one_by_one else rows).exists()

    def _survey(
        self, source: SurveyState | SurveyQuestion | SurveyAnswer, test: Test
    ) -> ColumnElement[bool]:
        match source:
            case SurveyState(survey=survey):
                return self._survey_state(survey, test)
            case SurveyQuestion(survey=survey):
                return self._answering(survey, _plain(survey_progress.c.question, test))
            case SurveyAnswer(survey=survey, question=question):
                answer = self._json.text(survey_progress.c.answers, question, test)
                return self._answering(survey, answer)

    def _survey_state(self, survey: str, test: Test) -> ColumnElement[bool]:
        if not isinstance(test, OneOf):
            return sa.true()  # there always is one
        stored = sorted(test.values - {NOT_STARTED})
        if NOT_STARTED in test.values:
            return sa.not_(self._answering(survey, survey_progress.c.state.not_in(stored)))
        return self._answering(survey, survey_progress.c.state.in_(stored))

    def _answering(self, survey: str, clause: ColumnElement[bool]) -> ColumnElement[bool]:
        mine = survey_progress.c.friend_id == friends.c.id
        this = survey_progress.c.survey == survey
        return self._exists(sa.select(sa.literal(1)).where(mine, this, clause).correlate(friends))


def _plain(column: ColumnElement[Any], test: Test) -> ColumnElement[bool]:
    if isinstance(test, OneOf):
        return column.in_(sorted(test.values))
    if isinstance(test, Range):
        return within(column, test)
    return column.is_not(None)


def _flag(clause: ColumnElement[bool], test: Test) -> ColumnElement[bool]:
    return sa.not_(clause) if test == Is(value=False) else clause


def _is_member() -> sa.Select[Any]:
    mine = members.c.person_id == friends.c.person_id
    return sa.select(sa.literal(1)).where(mine).correlate(friends)


def _is_linked() -> sa.Select[Any]:
    mine = member_cards.c.person_id == friends.c.person_id
    another = member_cards.c.system != CARD
    return sa.select(sa.literal(1)).where(mine, another).correlate(friends)
