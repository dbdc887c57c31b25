"""What the control API tells a phone page of a screen: quotes, groups, coupons, own pages."""

from tests.emulator.support import Bot, Line, text
from tests.emulator.test_coupons import coupon

PUSH = "/v2/bot/message/push"


async def test_used_quick_replies_are_told_with_the_timeline(line: Line) -> None:
    mei = await line.friend()
    action = {"type": "postback", "label": "Yes", "data": "yes"}
    buttons = {"items": [{"type": "action", "action": action}]}
    await line.post(PUSH, {"to": mei.user_id, "messages": [text("?", quickReply=buttons)]})
    path = f"/users/{mei.user_id}/timeline"
    shown = await line.see(path)
    assert shown["quickReplyUsed"] is None
    await mei.taps_quick_reply("Yes")
    assert (await line.see(path))["quickReplyUsed"] == shown["items"][0]["id"]


async def test_a_quoting_message_names_what_it_quotes(line: Line) -> None:
    mei = await line.friend()
    body = {"to": mei.user_id, "messages": [text("first")]}
    first = (await line.post(PUSH, body))[1]["sentMessages"][0]
    await line.post(
        PUSH, {"to": mei.user_id, "messages": [text("second", quoteToken=first["quoteToken"])]}
    )
    assert (await mei.timeline())[-1]["quotedMessageId"] == first["id"]


async def test_a_group_hears_nothing_of_what_is_said_before_the_account_joins(
    line: Line, bot: Bot
) -> None:
    mei = await line.stranger("Mei")
    made = await line.control("/groups", {"memberIds": [mei.user_id], "hasBot": False})
    group_id = made["groupId"]
    await mei.sends({"type": "text", "text": "alone", "groupId": group_id})
    await line.control(f"/groups/{group_id}/invite-bot")
    await mei.sends({"type": "text", "text": "together", "groupId": group_id})
    await line.emulator.settle()
    assert [event["type"] for event in bot.events] == ["join", "message"]
    assert bot.last("message")["message"]["text"] == "together"


async def test_a_group_remembers_who_came_and_went(line: Line) -> None:
    mei, ken = await line.stranger("Mei"), await line.stranger("Ken")
    made = await line.control("/groups", {"memberIds": [mei.user_id]})
    path = f"/groups/{made['groupId']}"
    await mei.sends({"type": "text", "text": "hi", "groupId": made["groupId"]})
    await line.control(f"{path}/join", {"userIds": [ken.user_id]})
    await line.control(f"{path}/remove-bot")
    (group,) = (await line.see("/groups"))["groups"]
    notices = [(one["kind"], one["place"], one["userIds"]) for one in group["notices"]]
    assert notices == [
        ("joined", 0, [mei.user_id]),
        ("account-joined", 0, []),
        ("joined", 1, [ken.user_id]),
        ("account-left", 1, []),
    ]


async def test_an_edited_message_says_so(line: Line) -> None:
    mei = await line.stranger("Mei")
    made = await line.control("/groups", {"memberIds": [mei.user_id]})
    sent = await mei.sends({"type": "text", "text": "ten", "groupId": made["groupId"]})
    order = {"messageId": sent["messageId"], "text": "eleven"}
    await line.control(f"/users/{mei.user_id}/edit", order)
    (item,) = (await line.see(f"/groups/{made['groupId']}/timeline"))["items"]
    assert (item["message"]["text"], item["edited"]) == ("eleven", True)


async def test_a_phone_may_look_at_a_coupon(line: Line) -> None:
    _, made = await line.post("/v2/bot/coupon", coupon(line.emulator.clock.seconds()))
    shown = await line.see(f"/coupons/{made['couponId']}")
    assert (shown["title"], shown["status"]) == ("Spring", "RUNNING")


async def test_lines_own_pages_open_on_this_server(line: Line) -> None:
    mei = await line.friend()
    url = f"{line.base_url}/_emulator/users/{mei.user_id}/open"
    asked = {"url": "https://access.line.me/dialog/bot/accountLink?linkToken=x"}
    async with line.http.get(url, params=asked, allow_redirects=False) as answer:
        assert answer.headers["Location"] == "/dialog/bot/accountLink?linkToken=x"


async def test_a_file_of_a_person_runs_no_scripts(line: Line) -> None:
    mei = await line.friend()
    page = {"type": "file", "fileName": "a.html", "contentType": "text/html", "base64": "PGI+"}
    sent = await mei.sends(page)
    async with line.http.get(f"{line.base_url}/_emulator/content/{sent['messageId']}") as answer:
        assert answer.headers["Content-Security-Policy"] == "sandbox"
