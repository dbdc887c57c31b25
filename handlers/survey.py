"""The survey: three taps, one answer each.

    survey.start / answer / back / later -> Surveys -> the next question, or thanks and the card

On the last answer the person's attributes, the membership, the thanks and the member menu are one
transaction. A tap on an old question, a second tap and free text in between spoil nothing: the
current question is asked again.
"""

from typing import Final

from bot import keys
from bot.line.messages import Message, flex, postback, quick_reply, text
from bot.postbacks import AnswerSurvey, BackSurvey, LaterSurvey, ShowCard, StartSurvey, parse
from bot.routing import Context, Messages, Router
from bot.surveys.asking import ask
from bot.surveys.engine import (
    AlreadyDoneError,
    DateOutOfRangeError,
    NotAChoiceError,
    OldQuestionError,
    OldVersionError,
    State,
)
from bot.surveys.service import Step, UnknownSurveyError
from flex_templates import render

router: Final = Router("survey")


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


@router.postback(BackSurvey)
async def back(ctx: Context, data: BackSurvey) -> Messages:
    """Ask the question before."""
    step = await ctx[keys.SURVEYS].back(
        ctx.unit,
        ctx.friend,
        data.survey,
        version=data.version,
        question=data.question,
        now=ctx.now,
    )
    return await _next(ctx, step)


@router.postback(LaterSurvey)
async def later(ctx: Context, data: LaterSurvey) -> Messages:
    """Stop asking, and say how to go on."""
    await ctx[keys.SURVEYS].later(ctx.unit, ctx.friend, data.survey, now=ctx.now)
    texts = ctx[keys.ACCOUNT].survey
    resume = postback(texts.resume, StartSurvey(data.survey), display_text=texts.resume)
    return [text(texts.paused, quick_reply=quick_reply(resume))]


@router.error(AlreadyDoneError)
async def already_done(ctx: Context, _: AlreadyDoneError) -> Messages:
    """Nobody is asked twice; the card is what they may be looking for."""
    account = ctx[keys.ACCOUNT]
    card = postback(account.buttons.card, ShowCard(), display_text=account.buttons.card)
    return [text(account.survey.already_done, quick_reply=quick_reply(card))]


@router.error(OldQuestionError)
async def old_question(ctx: Context, _: OldQuestionError) -> Messages:
    """An answer that was given stays; the current question is asked again."""
    return await _again(ctx, ctx[keys.ACCOUNT].survey.old_question)


@router.error(NotAChoiceError)
async def not_a_choice(ctx: Context, _: NotAChoiceError) -> Messages:
    """Ask the current question again."""
    return await _again(ctx, ctx[keys.ACCOUNT].survey.not_a_choice)


@router.error(DateOutOfRangeError)
async def date_out_of_range(ctx: Context, _: DateOutOfRangeError) -> Messages:
    """Ask the current question again."""
    return await _again(ctx, ctx[keys.ACCOUNT].survey.date_out_of_range)


@router.error(OldVersionError)
async def old_version(ctx: Context, _: OldVersionError) -> Messages:
    """Go on with the survey as it is now; answers that still fit are kept."""
    step = await ctx[keys.SURVEYS].start(ctx.unit, ctx.friend, _tapped_survey(ctx), now=ctx.now)
    return [text(ctx[keys.ACCOUNT].survey.old_version), *await _next(ctx, step)]


@router.error(UnknownSurveyError)
async def unknown(ctx: Context, _: UnknownSurveyError) -> Messages:
    """The account has dropped the survey."""
    return [text(ctx[keys.ACCOUNT].replies.old_button)]


async def _next(ctx: Context, step: Step) -> list[Message]:
    """Ask the question that is open, or end the survey."""
    account = ctx[keys.ACCOUNT]
    if step.progress.state is not State.DONE:
        return [ask(account, step)]
    await ctx[keys.MEMBERSHIP].join(ctx.unit, ctx.friend, now=ctx.now)
    await ctx[keys.MENUS].refresh(ctx.unit, ctx.user_id, why=ctx.why, now=ctx.now)
    card = postback(account.buttons.card, ShowCard(), display_text=account.buttons.card)
    bubble = render(
        "survey_done",
        account=account,
        survey=step.survey,
        summary=step.survey.summary(step.progress.answers),
        card=card,
    )
    return [flex(step.survey.done.title, bubble)]


async def _again(ctx: Context, notice: str) -> Messages:
    """Say why nothing changed, and ask the current question once more."""
    step = await ctx[keys.SURVEYS].current(ctx.unit, ctx.friend, _tapped_survey(ctx))
    if step is None:
        return [text(notice)]
    return [text(notice), *await _next(ctx, step)]


def _tapped_survey(ctx: Context) -> str:
    _, values = parse(str(ctx.content["data"]))
    return values["survey"]


def _picked(ctx: Context) -> str:
    """Return the day of a date picker, as LINE sends it beside the data."""
    params = ctx.content.get("params")
    return str(params.get("date", "")) if isinstance(params, dict) else ""
