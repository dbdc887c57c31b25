"""What the record of a run finds: a bench that could not fail would prove nothing."""

from bot.bench.path.load import Ack
from bot.bench.path.record import judge
from bot.bench.path.sink import Reply
from bot.bench.path.webhooks import Event, Mint


def test_every_event_answered_once_and_in_order_is_no_fault() -> None:
    first, second = _two()
    assert judge([first, second], [], [_reply(first), _reply(second)]).total == 0


def test_what_is_wrong_is_counted() -> None:
    first, second = _two()
    assert judge([first, second], [], [_reply(first)]).lost == 1
    assert judge([first], [], [_reply(first), _reply(first)]).doubled == 1
    assert judge([first, second], [], [_reply(second), _reply(first)]).disordered == 1
    assert judge([first], [], [_reply(first), _reply(second)]).wrong == 1
    refused = Ack(Mint().delivery(first), 0.0, 0.0, 503)
    assert judge([], [refused], []).refused == 1


def test_friends_may_overtake_each_other() -> None:
    mint = Mint()
    ken, mei = mint.text(1), mint.text(2)
    assert judge([ken, mei], [], [_reply(mei), _reply(ken)]).total == 0


def _two() -> tuple[Event, Event]:
    mint = Mint()
    return mint.text(1), mint.text(1)


def _reply(event: Event) -> Reply:
    return Reply(event.reply_token, 0.0, 0)
