"""What taps leave behind in the statistics."""

from bot.emulator.acts.screen import Button
from bot.emulator.model import Campaign, MenuDay, User
from bot.emulator.platform import Platform
from bot.emulator.rules.calendar import day_of


def tapped(platform: Platform, user: User, button: Button) -> None:
    """Count a tap on a menu area, or on an address in a measured message."""
    if button.rich_menu_id is not None and button.area is not None:
        day = menu_day(platform, button.rich_menu_id, day_of(platform.clock.seconds()))
        day.seen.append(user.user_id)
        day.taps.setdefault(str(button.area), []).append(user.user_id)
    url = button.action.get("uri") or button.action.get("linkUri")
    if url and button.message_id is not None:
        _clicked(platform, user, button.message_id, url)


def menu_day(platform: Platform, rich_menu_id: str, day: str) -> MenuDay:
    """Return the statistics of a menu on a day."""
    days = platform.world.menus.days.setdefault(rich_menu_id, {})
    return days.setdefault(day, MenuDay())


def _clicked(platform: Platform, user: User, message_id: str, url: str) -> None:
    world = platform.world
    bubbles = user.chat.bubbles
    call_id = next((b.call_id for b in reversed(bubbles) if b.message_id == message_id), None)
    campaign: Campaign | None = world.campaigns.sent.get(call_id or "")
    if campaign is None:
        return
    mine = [b.message_id for b in bubbles if b.call_id == call_id]
    campaign.clicks.append([mine.index(message_id) + 1, url, user.user_id])
    if user.user_id not in campaign.seen:
        campaign.seen.append(user.user_id)
