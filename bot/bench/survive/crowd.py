"""The friends: each writes, taps through the survey, opens the card, blocks and comes back.

Every event that a friend causes is noted with its id in the order in which it happened.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.bench.survive.echo import DOOMED, PAYS
from bot.bench.survive.line import Line
from bot.emulator.phone import Phone
from bot.postbacks import AnswerSurvey, PostbackData, ShowCard, ShowHelp, StartSurvey
from bot.surveys.definition import load_all

WELCOME = "welcome"
#: Of a friend's acts: writing, a survey tap, another button, an old button, blocking.
_WEIGHTS = (70, 14, 8, 3, 5)


@dataclass(slots=True)
class Friend:
    """One friend and what they did."""

    phone: Phone
    name: str
    #: Ids of everything they caused, oldest first, and what each was.
    events: dict[str, str] = field(default_factory=dict)
    is_blocking: bool = False
    #: Whether they ever blocked: what went out meanwhile did not arrive.
    has_blocked: bool = False
    texts: int = 0
    #: Survey steps taken.
    steps: int = 0

    def events_of(self, kind: str) -> list[str]:
        """Return the ids of one kind of events."""
        return [event_id for event_id, each in self.events.items() if each == kind]


class Crowd:
    """Friends at their phones."""

    def __init__(self, line: Line, *, friends: int, seed: int, doomed_every: int = 0) -> None:
        """Choose how many come.

        Args:
            line: where they live.
            friends: how many.
            seed: of their dice.
            doomed_every: one text in so many can never be handled; 0: none.
        """
        self._line = line
        self._doomed_every = doomed_every
        self._count = friends
        self._dice = random.Random(f"crowd {seed}")
        self._taps = _survey_taps()
        self.friends: Sequence[Friend] = ()
        self.kinds: Counter[str] = Counter()

    async def arrive(self) -> None:
        """Let everybody add the account."""
        phones = [await self._line.phone(f"F{n}") for n in range(1, self._count + 1)]
        self.friends = [Friend(phone, f"F{n}") for n, phone in enumerate(phones, 1)]
        for friend in self.friends:
            await self.follow(friend)

    @property
    def events(self) -> int:
        """How many events were caused so far."""
        return self.kinds.total()

    async def act(self, count: int, *, every: float) -> None:
        """Let random friends do ``count`` things, one every so many seconds."""
        started = asyncio.get_running_loop().time()
        for number in range(count):
            await self._one(self._dice.choice(self.friends))
            ahead = started + (number + 1) * every - asyncio.get_running_loop().time()
            if ahead > 0:
                await asyncio.sleep(ahead)

    async def _one(self, friend: Friend) -> None:
        if friend.is_blocking:
            await self.follow(friend)
            return
        acts = (self.write, self._tap_survey, self._tap, self._tap_old, self._block)
        await self._dice.choices(acts, _WEIGHTS)[0](friend)

    async def write(self, friend: Friend, *, pays: bool | None = None) -> str:
        """Write the friend's next number; every third is worth a paid answer."""
        friend.texts += 1
        if pays is None and self._is_doomed():
            return self._note(friend, "doomed", await friend.phone.says(DOOMED))
        is_worth = friend.texts % 3 == 0 if pays is None else pays
        words = f"{friend.texts}{PAYS if is_worth else ''}"
        return self._note(friend, "text", await friend.phone.says(words))

    def _is_doomed(self) -> bool:
        return bool(self._doomed_every) and self._dice.randrange(self._doomed_every) == 0

    async def look(self, friend: Friend) -> str:
        """Switch a tab of the menu, which needs no answer."""
        switched = {"newRichMenuAliasId": "guest", "status": "SUCCESS"}
        return self._note(friend, "tab", await friend.phone.postback("tab", switched))

    async def follow(self, friend: Friend) -> None:
        """Add or unblock the account."""
        friend.is_blocking = False
        self._note(friend, "follow", await friend.phone.follow())

    async def _block(self, friend: Friend) -> None:
        friend.is_blocking = friend.has_blocked = True
        self._note(friend, "unfollow", await friend.phone.unfollow())

    async def _tap_survey(self, friend: Friend) -> None:
        data, params = self._taps[friend.steps % len(self._taps)]
        friend.steps += 1
        self._note(friend, "survey", await friend.phone.postback(data.encode(), params))

    async def _tap(self, friend: Friend) -> None:
        data = self._dice.choice((ShowCard(), ShowHelp()))
        self._note(friend, "postback", await friend.phone.postback(data.encode()))

    async def _tap_old(self, friend: Friend) -> None:
        self._note(friend, "postback", await friend.phone.postback("action=of.another.time"))

    def _note(self, friend: Friend, kind: str, answer: dict[str, str]) -> str:
        event_id = answer["webhookEventId"]
        friend.events[event_id] = kind
        self.kinds[kind] += 1
        return event_id


def _survey_taps() -> list[tuple[PostbackData, dict[str, str] | None]]:
    """Return the taps that lead through the welcome survey."""
    survey = load_all()[WELCOME]
    taps: list[tuple[PostbackData, dict[str, str] | None]] = [(StartSurvey(WELCOME), None)]
    for question in survey.questions:
        choices = getattr(question, "choices", None)
        value = choices[0].value if choices else ""
        tap = AnswerSurvey(WELCOME, survey.version, question.key, value)
        taps.append((tap, None if choices else {"date": "1990-04-01"}))
    return taps
