"""Account link: the token, and the page that a bot's login sends people to."""

from bot.emulator import ids
from bot.emulator.api import pages
from bot.emulator.api.authorize import browsing_user
from bot.emulator.api.operations import Answer, Call, Operations
from bot.emulator.errors import invalid_parameter
from bot.emulator.rules import links
from bot.emulator.rules.links import LinkResult

operations = Operations()


@operations.post("/v2/bot/user/{userId}/linkToken", json=False)
def issue_token(call: Call) -> Answer:
    """Return a link token."""
    user_id = call.params["userId"]
    if not ids.USER_ID.match(user_id) or user_id not in call.platform.world.users:
        raise invalid_parameter("userId")
    return Answer({"linkToken": links.issue(call.platform, user_id, call.now)})


@operations.get("/dialog/bot/accountLink", bearer=False, host="access")
def come_back(call: Call) -> Answer:
    """Take the user who comes back from the service's login."""
    token, nonce = call.query.get("linkToken", ""), call.query.get("nonce", "")
    result = links.finish(call.platform, token, nonce, browsing_user(call))
    if result is LinkResult.OK:
        return pages.message("Linked / 連携しました", "You may close this page.")
    if result is LinkResult.FAILED:
        return pages.message("Not linked / 連携できません", "This link is another person's.", 400)
    return pages.message("Not linked / 連携できません", "This link is used or too old.", 400)
