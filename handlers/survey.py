"""Surveys: one answer a tap, or a typed one where the question asks for words.

    survey.start / answer / skip / pick / decide / back / later / stop / change / finish -> Surveys
        -> the next question, the summary, or thanks and what the survey's actions say
    text, picture or place while a question is open -> Surveys.write / send -> the same

On the end the person's attributes, the actions, the thanks and the menu are one transaction. A
tap on an old question, a second tap and words that are no answer spoil nothing: the current
question is asked again.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from bot import keys
from bot.actions import Moment
from bot.clock import TOKYO
from bot.line.messages import Message, postback, quick_reply, text
from bot.people.written import plain
from bot.postbacks import (
    AnswerSurvey,
    BackSurvey,
    ChangeSurvey,
    DecideSurvey,
    FinishSurvey,
    LaterSurvey,
    PickSurvey,
    ShowCard,
    SkipSurvey,
    StartSurvey,
    StopSurvey,
    parse,
)
from bot.routing import Context, Messages, Router
from bot.surveys import engine
from bot.surveys.asking import ask, done
from bot.surveys.choosing import ChoicesQuestion
from bot.surveys.definition import NumberQuestion, SurveyError, UnfitAnswerError
from bot.surveys.engine import (
    AlreadyDoneError,
    DateOutOfRangeError,
    NotOptionalError,
    OldQuestionError,
    OldVersionError,
    Progress,
    State,
    TooFewError,
    TooManyError,
)
from bot.surveys.keeping import Step, UnknownSurveyError, source_of
from bot.surveys.service import NotYetAgainError

router: Final = Router("survey")
#: What is written or sent; asked behind those who listen for words of their own.
answers: Final = Router("survey_answers")

#: What typed words mean wherever the friend stands.
_LEAVING: Final = {"later": engine.later, "stop": engine.stop}


@router.postback(StartSurvey)
async def start(ctx: Context, data: StartSurvey) -> Messages:
    """Ask the first question, or go on where the friend stopped."""
    step = await ctx[keys.SURVEYS].start(ctx.unit, ctx.friend, data.survey, now=ctx.now)
    return await _next(ctx, step)


@router.postback(AnswerSurvey)
async def answer(ctx: Context, data: AnswerSurvey) -> Messages:
    """Take the answer and ask the next question."""
    step = await ctx[keys.SURVEYS].answer(
        ctx.unit,
        ctx.friend,
        data.survey,
        version=data.version,
        question=data.question,
        value=data.value or _picked(ctx),
        now=ctx.now,
    )
    return await _next(ctx, step)


@router.postback(PickSurvey)
async def pick(ctx: Context, data: PickSurvey) -> Messages:
    """Put a choice among the picked, and show what is picked now."""
    return await _tap(ctx, data, partial(engine.pick, value=data.value, on=bool(data.on)))


@router.postback(DecideSurvey)
async def decide(ctx: Context, data: DecideSurvey) -> Messages:
    """Take what is picked as the answer."""
    return await _tap(ctx, data, engine.decide)


@router.postback(SkipSurvey)
async def skip(ctx: Context, data: SkipSurvey) -> Messages:
    """Ask the next question without an answer to this one."""
    return await _tap(ctx, data, engine.skip)


@router.postback(BackSurvey)
async def back(ctx: Context, data: BackSurvey) -> Messages:
    """Ask the question before."""
    return await _tap(ctx, data, engine.back)


@router.postback(ChangeSurvey)
async def change(ctx: Context, data: ChangeSurvey) -> Messages:
    """Ask one answered question again."""
    return await _tap(ctx, data, engine.change)


@router.postback(FinishSurvey)
async def finish(ctx: Context, data: FinishSurvey) -> Messages:
    """Take the summary as it stands."""
    move = partial(engine.finish, version=data.version)
    surveys = ctx[keys.SURVEYS]
    return await _next(
        ctx, await surveys.move(ctx.unit, ctx.friend, data.survey, move, now=ctx.now)
    )


@router.postback(LaterSurvey)
async def later(ctx: Context, data: LaterSurvey) -> Messages:
    """Stop asking, and say how to go on."""
    return await _next(ctx, await _leave(ctx, data.survey, engine.later))


@router.postback(StopSurvey)
async def stop(ctx: Context, data: StopSurvey) -> Messages:
    """Stop asking for good."""
    return await _next(ctx, await _leave(ctx, data.survey, engine.stop))


@answers.message("text")
async def wrote(ctx: Context) -> Messages | None:
    """Take words as the answer where the question asks for words, or as what a button says."""
    surveys = ctx[keys.SURVEYS]
    step = await surveys.open_step(ctx.unit, ctx.friend, now=ctx.now)
    if step is None:
        return None
    if step.is_elsewhere:
        return await _elsewhere(ctx, step)
    words = str(ctx.content.get("text", ""))
    is_answer = step.survey.offers(step.progress.question, words)
    meant = None if is_answer else ctx[keys.ACCOUNT].survey.commands.get(plain(words))
    try:
        after = await _command(ctx, step, meant) if meant else None
        after = after or await surveys.write(
            ctx.unit,
            ctx.friend,
            step,
            words,
            message_id=str(ctx.content.get("id", "")),
            now=ctx.now,
        )
    except SurveyError as error:
        return [text(_refusal(ctx, step, error)), ask(ctx[keys.ACCOUNT], step)]
    return await _next(ctx, after)


@answers.message("*")
async def sent(ctx: Context) -> Messages | None:
    """Take a picture or a place as the answer where the question asks for it."""
    surveys = ctx[keys.SURVEYS]
    step = await surveys.open_step(ctx.unit, ctx.friend, now=ctx.now)
    if step is None:
        return None
    if step.is_elsewhere:
        return await _elsewhere(ctx, step)
    try:
        after = await surveys.send(ctx.unit, ctx.friend, step, ctx.content, now=ctx.now)
    except SurveyError as error:
        return [text(_refusal(ctx, step, error)), ask(ctx[keys.ACCOUNT], step)]
    return await _next(ctx, after)


@router.error(NotYetAgainError)
async def not_yet_again(ctx: Context, error: NotYetAgainError) -> Messages:
    """Say from when on."""
    day = error.from_.astimezone(TOKYO)
    words = ctx[keys.ACCOUNT].survey.not_yet_again
    return [text(words.replace("{day}", f"{day.month}月{day.day}日"))]


@router.error(AlreadyDoneError)
async def already_done(ctx: Context, _: AlreadyDoneError) -> Messages:
    """Nobody is asked twice; the card is what they may be looking for."""
    account = ctx[keys.ACCOUNT]
    card = postback(account.buttons.card, ShowCard(), display_text=account.buttons.card)
    return [text(account.survey.already_done, quick_reply=quick_reply(card))]


@router.error(SurveyError)
async def refused(ctx: Context, error: SurveyError) -> Messages:
    """Say why nothing changed, and ask the current question once more."""
    step = await ctx[keys.SURVEYS].current(ctx.unit, ctx.friend, _tapped_survey(ctx))
    if step is None:
        return [text(ctx[keys.ACCOUNT].survey.old_question)]
    said = text(_refusal(ctx, step, error))
    if step.progress.state is State.DONE and not step.progress.is_changing:
        return [said]
    return [said, *await _next(ctx, step)]


@router.error(OldVersionError)
async def old_version(ctx: Context, error: OldVersionError) -> Messages:
    """Go on with the version that the friend is answering; an old summary begins nothing anew."""
    surveys, key = ctx[keys.SURVEYS], _tapped_survey(ctx)
    step = await surveys.current(ctx.unit, ctx.friend, key)
    if step is not None and step.progress.is_over:
        return await already_done(ctx, AlreadyDoneError(str(error)))
    return await _elsewhere(ctx, await surveys.start(ctx.unit, ctx.friend, key, now=ctx.now))


@router.error(UnknownSurveyError)
async def unknown(ctx: Context, _: UnknownSurveyError) -> Messages:
    """The account has dropped the survey."""
    return [text(ctx[keys.ACCOUNT].replies.old_button)]


async def _elsewhere(ctx: Context, step: Step) -> Messages:
    """Say that the survey has changed, and go on where it does."""
    return [text(ctx[keys.ACCOUNT].survey.old_version), *await _next(ctx, step)]


async def _tap(ctx: Context, data: Any, move: Callable[..., Progress]) -> Messages:
    act = partial(move, version=data.version, question=data.question)
    surveys = ctx[keys.SURVEYS]
    return await _next(
        ctx, await surveys.move(ctx.unit, ctx.friend, data.survey, act, now=ctx.now)
    )


async def _leave(ctx: Context, key: str, leave: Callable[[Progress], Progress]) -> Step:
    return await ctx[keys.SURVEYS].leave(ctx.unit, ctx.friend, key, leave, now=ctx.now)


async def _command(ctx: Context, step: Step, meant: str) -> Step | None:
    """Do what a typed word means; None: it means nothing at this question."""
    progress, key = step.progress, step.survey.key
    if meant in _LEAVING:
        return await _leave(ctx, key, _LEAVING[meant])
    move = _meant(step, meant)
    if move is None:
        return None
    act = partial(move, version=progress.version)
    return await ctx[keys.SURVEYS].move(ctx.unit, ctx.friend, key, act, now=ctx.now)


def _meant(step: Step, meant: str) -> Callable[..., Progress] | None:
    """Return what a word does where the friend stands, but for the version."""
    if step.progress.question is None:
        return engine.finish if meant == "finish" else None
    question = step.survey.question(step.progress.question)
    moves: dict[str, Callable[..., Progress]] = {"back": engine.back}
    if question.optional:
        moves["skip"] = engine.skip
    if isinstance(question, ChoicesQuestion):
        moves["decide"] = engine.decide
    return partial(moves[meant], question=question.key) if meant in moves else None


async def _next(ctx: Context, step: Step) -> list[Message]:
    """Ask the question that is open, show the summary, or end."""
    account, state = ctx[keys.ACCOUNT], step.progress.state
    if step.progress.question is not None and state in {State.ASKING, State.DONE}:
        return [ask(account, step)]
    if state is State.REVIEWING:
        return [ask(account, step)]
    if state is State.DONE:
        return await _end(ctx, step)
    return [_left(ctx, step)]


async def _end(ctx: Context, step: Step) -> list[Message]:
    """Thank, after the survey's actions; later changes are shown without them."""
    account = ctx[keys.ACCOUNT]
    said: list[Message] = []
    if step.is_end:
        survey = step.survey
        moment = Moment(
            unit=ctx.unit,
            friend=ctx.friend,
            why=ctx.why,
            source=source_of(survey),
            reason=survey.title,
            now=ctx.now,
            event_id=ctx.event_id,
        )
        said = await ctx[keys.ACTIONS].run(moment, survey.on_done)
    await ctx[keys.MENUS].refresh(ctx.unit, ctx.user_id, why=ctx.why, now=ctx.now)
    member = await ctx[keys.MEMBERSHIP].of(ctx.unit, ctx.friend)
    card = postback(account.buttons.card, ShowCard(), display_text=account.buttons.card)
    return [done(account, step, *([] if member is None else [card])), *said]


def _left(ctx: Context, step: Step) -> Message:
    """Say that the survey rests, and how to go on."""
    texts, survey = ctx[keys.ACCOUNT].survey, step.survey
    go_on = StartSurvey(survey.key)
    if step.progress.state is State.PAUSED:
        resume = postback(texts.resume, go_on, display_text=texts.resume)
        end = postback(
            texts.stop, StopSurvey(survey.key, step.progress.version), display_text=texts.stop
        )
        return text(texts.paused, quick_reply=quick_reply(resume, end))
    is_declined = step.progress.question is None and bool(step.progress.answers)
    restart = postback(texts.restart, go_on, display_text=texts.restart)
    words = texts.declined if is_declined else texts.stopped
    return text(words, quick_reply=quick_reply(restart))


def _refusal(ctx: Context, step: Step, error: SurveyError) -> str:
    """Say why an answer was not taken."""
    texts = ctx[keys.ACCOUNT].survey
    key = step.progress.question
    question = None if key is None else step.survey.question(key)
    if isinstance(error, UnfitAnswerError):
        if isinstance(question, NumberQuestion):
            range_ = f"（{question.range}）" if question.range else ""
            return texts.unfit.number.replace("{range}", range_)
        return getattr(texts.unfit, "" if question is None else question.kind, error.reason)
    if isinstance(question, ChoicesQuestion):
        if isinstance(error, TooFewError):
            return texts.too_few.replace("{least}", str(question.least))
        if isinstance(error, TooManyError):
            return texts.too_many.replace("{most}", str(question.ceiling))
    other = texts.not_a_choice if question is None or question.has_buttons else texts.not_this_way
    said = {
        OldQuestionError: texts.old_question,
        DateOutOfRangeError: texts.date_out_of_range,
        NotOptionalError: texts.not_optional,
    }
    return said.get(type(error), other)


def _tapped_survey(ctx: Context) -> str:
    _, values = parse(str(ctx.content["data"]))
    return values["survey"]


def _picked(ctx: Context) -> str:
    """Return what a picker picked, as LINE sends it beside the data."""
    params = ctx.content.get("params")
    if not isinstance(params, dict):
        return ""
    named = (params.get(mode) for mode in ("date", "time", "datetime"))
    return next((str(value) for value in named if value is not None), "")
