"""What staff keep of a member at the till: notes, and the card they had before.

POST /console/till/{note, unnote, card} -> one transaction, like every act
"""

from typing import Final

from aiohttp import web

from bot import keys
from bot.console.access import Routes
from bot.console.language import N_
from bot.console.pages.till.acts import Act, RefusedError, do
from bot.console.pages.till.asked import UnfitError, whole_number
from bot.membership import linking, notes
from bot.membership.linking import Linked
from bot.membership.number import plain
from bot.staff.rights import Right

routes: Final = Routes()
#: Digits of a card that a person could have; longer ones are a slip.
_LONGEST_CARD: Final = 40


@routes.post("/till/note", access=Right.TILL_USE)
async def note(request: web.Request) -> web.Response:
    """Note something about the member."""
    return await do(request, _note)


@routes.post("/till/unnote", access=Right.TILL_USE)
async def unnote(request: web.Request) -> web.Response:
    """Take a note away."""
    return await do(request, _unnote)


@routes.post("/till/card", access=Right.TILL_USE)
async def card(request: web.Request) -> web.Response:
    """Tie the card that the member shows to them."""
    return await do(request, _card)


async def _note(act: Act) -> str:
    try:
        is_new = await notes.add(
            act.unit,
            act.asked.person_id,
            str(act.given.get("text", "")),
            key=act.asked.key,
            actor=act.station.actor,
            now=act.now,
        )
    except notes.UnfitNoteError:
        words = N_("メモを%(count)s文字以内で入力してください。")
        raise RefusedError(act.say(words, count=notes.LONGEST)) from None
    if is_new:
        act.note("till.note")
    return act.say(N_("メモを追加しました。"))


async def _unnote(act: Act) -> str:
    try:
        note_id = whole_number(act.given, "note")
    except UnfitError:
        raise web.HTTPBadRequest from None
    try:
        was_there = await notes.remove(
            act.unit,
            act.asked.person_id,
            note_id,
            may_others=act.station.staff.may(Right.POINTS_ADJUST),
            actor=act.station.actor,
            now=act.now,
        )
    except notes.OthersNoteError:
        words = N_("ほかのスタッフのメモです。その人に代わるか、店長以上の方が削除してください。")
        raise RefusedError(act.say(words)) from None
    except notes.UnfitNoteError:
        raise RefusedError(act.say(N_("このメモは見つかりませんでした。"))) from None
    if was_there:
        act.note("till.unnote", note=str(note_id))
    return act.say(N_("メモを削除しました。"))


async def _card(act: Act) -> str:
    number = plain(str(act.given.get("number", "")))
    if not 0 < len(number) <= _LONGEST_CARD:
        raise RefusedError(act.say(N_("カードの番号を入力してください。")))
    older = act.request.config_dict[keys.CARD_RULES].older(number)
    if older is None:
        words = N_("登録できるカードの番号ではありません。番号をご確認ください。")
        raise RefusedError(act.say(words))
    linked = await linking.link(
        act.unit,
        act.asked.person_id,
        number,
        how="scanned",
        actor=act.station.actor,
        now=act.now,
    )
    if linked is Linked.ALREADY:
        return act.say(N_("このカードは登録済みです。"))
    act.note("till.card", outcome=linked.value)
    if linked is Linked.CONFLICT:
        return act.say(
            N_("ほかのお客様に登録されているカードです。「名寄せ」で確認するまで保留にしました。")
        )
    return act.say(N_("「%(card)s」を登録しました。"), card=older.name)
