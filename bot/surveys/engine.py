"""What comes next in a survey: a pure state machine, without clock, storage or words.

    a tap + Progress -> the next Progress, or a rule error that leaves everything as it was

An answer once given is never lost, but to another answer to the same question, and to a change
that rules the question out. The question being asked is the first that applies and has no answer,
or an earlier one that *back* or *change* led to.
"""

from dataclasses import replace

from bot.surveys.definition import (
    Answers,
    ChoicesQuestion,
    ConsentQuestion,
    DateOutOfRangeError,
    NotAChoiceError,
    Survey,
    SurveyError,
)
from bot.surveys.progress import (
    TRANSITIONS,
    AlreadyDoneError,
    NotOptionalError,
    OldQuestionError,
    OldVersionError,
    Progress,
    State,
    Tap,
    TooFewError,
    TooManyError,
)

__all__ = [
    "TRANSITIONS",
    "AlreadyDoneError",
    "DateOutOfRangeError",
    "NotAChoiceError",
    "NotOptionalError",
    "OldQuestionError",
    "OldVersionError",
    "Progress",
    "State",
    "SurveyError",
    "Tap",
    "TooFewError",
    "TooManyError",
    "answer",
    "back",
    "change",
    "decide",
    "finish",
    "forget",
    "is_whole",
    "later",
    "pick",
    "skip",
    "start",
    "stop",
    "without_unfit",
]


def start(
    survey: Survey, progress: Progress | None = None, *, may_repeat: bool = False
) -> Progress:
    """Begin, go on, or ask the current question again.

    A progress of another version keeps the answers that still fit and goes on with the rest; with
    nothing left to ask it is done at once. That is for versions nobody knows any more: ``survey``
    is the version of the progress wherever there is one.

    Args:
        survey: the definition that the progress belongs to; a new one where there is none.
        progress: where the friend stands.
        may_repeat: whether a survey that is done may be answered once more now.

    Raises:
        AlreadyDoneError: nobody is asked twice, unless the survey says so.
    """
    if progress is None:
        return _begin(survey)
    if progress.is_changing and is_whole(survey, progress):
        return progress
    if progress.state is State.DONE:
        if not may_repeat:
            raise AlreadyDoneError(f"{survey.key}: done")
        return _begin(survey)
    if progress.state is State.REVIEWING and is_whole(survey, progress):
        return progress
    kept = {
        key: value
        for key, value in progress.answers.items()
        if survey.takes(key, value) and not _ends(survey, key, value)
    }
    is_asked = progress.question is not None and kept == progress.answers
    if is_asked and is_whole(survey, progress):
        return replace(progress, state=State.ASKING)
    return _onwards(survey, replace(progress, version=survey.version), kept)


def is_whole(survey: Survey, progress: Progress) -> bool:
    """Whether a friend can go on as they stand.

    Not so where nobody knows their version any more, or its file was changed in place: a question
    is gone, or no longer takes what was answered. ``start`` goes on with what is left.
    """
    if progress.version != survey.version:
        return False
    if progress.question is not None:
        if not survey.has(progress.question):
            return False
        asked = survey.question(progress.question)
        offered = asked.values if isinstance(asked, ChoicesQuestion) else ()
        if not progress.picked <= set(offered):
            return False
    return all(survey.takes(key, value) for key, value in progress.answers.items())


def without_unfit(survey: Survey, progress: Progress) -> Progress:
    """Leave out what an ended survey's questions no longer take, and any change of it."""
    answers = progress.answers_handed_in
    kept = {key: value for key, value in answers.items() if survey.takes(key, value)}
    return replace(progress, question=None, answers=kept, picked=frozenset(), handed_in=None)


def answer(
    survey: Survey, progress: Progress, *, version: int, question: str, value: str
) -> Progress:
    """Take an answer and move to the next question without one.

    Args:
        survey: the definition that the progress belongs to.
        progress: where the friend stands.
        version: of the survey when the button was sent.
        question: that the button belongs to.
        value: of a choice, or a day as ``YYYY-MM-DD``; what the question's ``read`` returns.

    Raises:
        AlreadyDoneError: every question has its answer.
        OldVersionError: the button is of another version.
        OldQuestionError: another question is being asked; a second tap ends here.
        SurveyError: the question does not take the value.
    """
    _current(survey, progress, Tap.ANSWER, version, question)
    survey.question(question).check(value)
    return _onwards(survey, progress, {**progress.answers, question: value})


def skip(survey: Survey, progress: Progress, *, version: int, question: str) -> Progress:
    """Leave an optional question without an answer.

    Raises:
        NotOptionalError: it is not optional.
        SurveyError: as for ``answer``.
    """
    _current(survey, progress, Tap.SKIP, version, question)
    if not survey.question(question).optional:
        raise NotOptionalError(f"{survey.key}: {question} cannot be skipped")
    return _onwards(survey, progress, {**progress.answers, question: None})


def pick(
    survey: Survey, progress: Progress, *, version: int, question: str, value: str, on: bool
) -> Progress:
    """Put a choice among those picked, or take it out again; twice is once.

    Raises:
        TooManyError: as many as may be are picked already.
        SurveyError: as for ``answer``.
    """
    _current(survey, progress, Tap.PICK, version, question)
    asked = survey.question(question)
    if not isinstance(asked, ChoicesQuestion):
        raise NotAChoiceError(f"{survey.key}: {question} takes one answer")
    asked.offers(value)
    picked = progress.picked | {value} if on else progress.picked - {value}
    if len(picked) > asked.ceiling:
        raise TooManyError(f"{survey.key}: {question} takes {asked.ceiling}")
    state = State.DONE if progress.is_changing else State.ASKING
    return replace(progress, state=state, picked=picked)


def decide(survey: Survey, progress: Progress, *, version: int, question: str) -> Progress:
    """Take the choices picked as the answer.

    Raises:
        TooFewError: more must be picked.
        SurveyError: as for ``answer``.
    """
    _current(survey, progress, Tap.ANSWER, version, question)
    asked = survey.question(question)
    if not isinstance(asked, ChoicesQuestion):
        raise NotAChoiceError(f"{survey.key}: {question} takes one answer")
    if len(progress.picked) < asked.least:
        raise TooFewError(f"{survey.key}: {question} takes at least {asked.least}")
    value = asked.joined(progress.picked)
    return answer(survey, progress, version=version, question=question, value=value)


def back(survey: Survey, progress: Progress, *, version: int, question: str) -> Progress:
    """Ask the question before this one again; before the first there is only the first.

    While an answer is changed after the end, it leads out of the change.

    Raises:
        SurveyError: as for ``answer``.
    """
    _current(survey, progress, Tap.BACK, version, question)
    if progress.is_changing:
        return _unchanged(progress)
    asked = survey.route(progress.answers).asked
    place = asked.index(question) if question in asked else 0
    return _ask(survey, replace(progress, state=State.ASKING), asked[max(place - 1, 0)])


def change(survey: Survey, progress: Progress, *, version: int, question: str) -> Progress:
    """Ask an answered question again, from the summary; the answers to the others stay.

    Raises:
        AlreadyDoneError: the survey is done, and not to be changed.
        OldVersionError: the button is of another version.
        OldQuestionError: the question has no answer, or is no longer asked.
    """
    _allow(survey, progress, Tap.CHANGE)
    if progress.state is State.DONE and not survey.editable:
        raise AlreadyDoneError(f"{survey.key}: done, and not to be changed")
    _same_version(survey, progress, version)
    if question not in progress.answers or not survey.has(question):
        raise OldQuestionError(f"{survey.key}: {question} has no answer to change")
    if progress.state is not State.DONE:
        if _is_declined(survey, progress):
            raise OldQuestionError(f"{survey.key}: it ended with a no; start again")
        return _ask(survey, replace(progress, state=State.ASKING), question)
    handed_in = progress.answers_handed_in
    return _ask(survey, replace(progress, handed_in=handed_in), question)


def finish(survey: Survey, progress: Progress, *, version: int) -> Progress:
    """Hand in the answers of the summary.

    Raises:
        AlreadyDoneError: they have been.
        OldVersionError: the button is of another version.
        OldQuestionError: a question is still open.
    """
    if progress.state is State.DONE:
        raise AlreadyDoneError(f"{survey.key}: finish after the end")
    _same_version(survey, progress, version)
    is_open = progress.question is not None or _unanswered(survey, progress.answers) is not None
    if is_open or _is_declined(survey, progress):
        raise OldQuestionError(f"{survey.key}: {progress.question} has no answer yet")
    return replace(progress, state=State.DONE)


def forget(survey: Survey, progress: Progress, question: str) -> Progress:
    """Take back an answer whose message was unsent.

    The question that is open stays open, since that is the one the friend sees; the other comes
    behind it. After the end nothing is asked again.
    """
    answers, handed_in = _without(progress.answers, question), progress.handed_in
    progress = replace(progress, answers=answers)
    if handed_in is not None:
        progress = replace(progress, handed_in=_without(handed_in, question))
    if progress.state is State.REVIEWING and survey.has(question):
        return _ask(survey, replace(progress, state=State.ASKING), question)
    return progress


def later(progress: Progress) -> Progress:
    """Stop asking and keep everything; whoever wants to stop may, from any version's button.

    Raises:
        AlreadyDoneError: there is nothing left to ask.
    """
    return _leave(progress, State.PAUSED)


def stop(progress: Progress) -> Progress:
    """Stop asking for good, unless the friend starts again; the answers are kept.

    Raises:
        AlreadyDoneError: there is nothing left to ask.
    """
    return _leave(progress, State.STOPPED)


def _leave(progress: Progress, state: State) -> Progress:
    if progress.is_changing:
        return _unchanged(progress)
    if progress.state is State.DONE:
        raise AlreadyDoneError(f"{progress.survey}: nothing is being asked")
    return replace(progress, state=state)


def _begin(survey: Survey) -> Progress:
    first = survey.questions[0].key
    return Progress(survey=survey.key, version=survey.version, state=State.ASKING, question=first)


def _allow(survey: Survey, progress: Progress, tap: Tap) -> None:
    if (progress.state, tap) in TRANSITIONS:
        return
    raise OldQuestionError(f"{survey.key}: {tap} while {progress.state}")


def _same_version(survey: Survey, progress: Progress, version: int) -> None:
    if not version == progress.version == survey.version:
        raise OldVersionError(
            f"{survey.key}: tap of version {version}, progress {progress.version}, "
            f"survey {survey.version}"
        )


def _current(survey: Survey, progress: Progress, tap: Tap, version: int, question: str) -> None:
    if progress.state is State.DONE and progress.question is None:
        raise AlreadyDoneError(f"{survey.key}: {tap} after the end")
    _allow(survey, progress, tap)
    _same_version(survey, progress, version)
    if question != progress.question or not survey.has(question):
        raise OldQuestionError(f"{survey.key}: {question} tapped, {progress.question} is asked")


def _onwards(survey: Survey, progress: Progress, answers: Answers) -> Progress:
    """Go to the next open question, or to what comes when there is none."""
    possible = frozenset(survey.route(answers).possible)
    kept = {key: value for key, value in answers.items() if key in possible}
    here = replace(progress, answers=kept, picked=frozenset())
    said_last = progress.question
    if said_last is not None and _ends(survey, said_last, kept.get(said_last)):
        return _declined(survey, here)
    question = _unanswered(survey, kept)
    if question is not None:
        state = State.DONE if progress.is_changing else State.ASKING
        return _ask(survey, replace(here, state=state), question)
    is_reviewed = survey.review and progress.state is not State.DONE
    state = State.REVIEWING if is_reviewed else State.DONE
    return replace(here, state=state, question=None, handed_in=None)


def _declined(survey: Survey, progress: Progress) -> Progress:
    """Keep the *no* and nothing else: what was told before it was told under conditions.

    After the end it is one more change of what was handed in, and the last of this change.
    """
    kept = {k: v for k, v in progress.answers.items() if _ends(survey, k, v)}
    if progress.state is State.DONE:
        before = progress.answers_handed_in
        return replace(progress, question=None, answers={**before, **kept}, handed_in=None)
    return replace(progress, state=State.STOPPED, question=None, answers=kept)


def _unchanged(progress: Progress) -> Progress:
    """Leave a change after the end: what was handed in stands, whatever was said since."""
    answers = progress.answers_handed_in
    return replace(progress, question=None, answers=answers, picked=frozenset(), handed_in=None)


def _ask(survey: Survey, progress: Progress, question: str) -> Progress:
    """Ask a question; one with several answers begins with those that were given."""
    given = progress.answers.get(question)
    several = isinstance(survey.question(question), ChoicesQuestion)
    picked = frozenset(given.split(",")) if several and given else frozenset[str]()
    return replace(progress, question=question, picked=picked)


def _ends(survey: Survey, question: str, value: str | None) -> bool:
    asked = survey.question(question) if survey.has(question) else None
    return isinstance(asked, ConsentQuestion) and asked.ends(value)


def _without(answers: Answers, question: str) -> Answers:
    return {key: value for key, value in answers.items() if key != question}


def _is_declined(survey: Survey, progress: Progress) -> bool:
    return any(_ends(survey, key, value) for key, value in progress.answers.items())


def _unanswered(survey: Survey, answers: Answers) -> str | None:
    return next((key for key in survey.route(answers).asked if key not in answers), None)
