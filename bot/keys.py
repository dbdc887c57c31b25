"""Everything a handler may reach, on one page."""

from typing import Final

from aiohttp import web

from bot.actions import Actions
from bot.content import Account, Stickers, Wallet
from bot.conversations.answering import Answering
from bot.conversations.desk import Desk
from bot.conversations.rules import TalkRules
from bot.conversations.service import Conversations
from bot.coupons.counter import Counter
from bot.coupons.service import Coupons
from bot.coupons.showing import CouponScreens
from bot.coupons.stamps import Stamps
from bot.definitions.library import Library
from bot.files.links import FileLinks, PictureLinks
from bot.friends.service import Friends
from bot.membership.codes import Codes
from bot.membership.links import CardLinks, PageLinks
from bot.membership.ranks import Ranks
from bot.membership.service import Membership
from bot.membership.settings import CardRules
from bot.menus.service import Menus
from bot.people.service import People
from bot.points.service import Points
from bot.purchases.service import Purchases
from bot.segments.service import Segments
from bot.surveys.service import Surveys

ACCOUNT: Final = web.AppKey("ACCOUNT", Account)
PEOPLE: Final = web.AppKey("PEOPLE", People)
FRIENDS: Final = web.AppKey("FRIENDS", Friends)
ACTIONS: Final = web.AppKey("ACTIONS", Actions)
LIBRARY: Final = web.AppKey("LIBRARY", Library)
SURVEYS: Final = web.AppKey("SURVEYS", Surveys)
SEGMENTS: Final = web.AppKey("SEGMENTS", Segments)
MENUS: Final = web.AppKey("MENUS", Menus)
MEMBERSHIP: Final = web.AppKey("MEMBERSHIP", Membership)
CONVERSATIONS: Final = web.AppKey("CONVERSATIONS", Conversations)
TALK_RULES: Final = web.AppKey("TALK_RULES", TalkRules)
DESK: Final = web.AppKey("DESK", Desk)
ANSWERING: Final = web.AppKey("ANSWERING", Answering)
PICTURE_LINKS: Final = web.AppKey("PICTURE_LINKS", PictureLinks)
FILE_LINKS: Final = web.AppKey("FILE_LINKS", FileLinks)
CARD_LINKS: Final = web.AppKey("CARD_LINKS", CardLinks)
WALLET: Final = web.AppKey("WALLET", Wallet)
PAGE_LINKS: Final = web.AppKey("PAGE_LINKS", PageLinks)
STICKERS: Final = web.AppKey("STICKERS", Stickers)
POINTS: Final = web.AppKey("POINTS", Points)
COUPONS: Final = web.AppKey("COUPONS", Coupons)
COUPON_SCREENS: Final = web.AppKey("COUPON_SCREENS", CouponScreens)
COUNTER: Final = web.AppKey("COUNTER", Counter)
STAMPS: Final = web.AppKey("STAMPS", Stamps)
CODES: Final = web.AppKey("CODES", Codes)
CARD_RULES: Final = web.AppKey("CARD_RULES", CardRules)
RANKS: Final = web.AppKey("RANKS", Ranks)
PURCHASES: Final = web.AppKey("PURCHASES", Purchases)
