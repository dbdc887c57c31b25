"""The counter: a coupon is shown, and used by a scan, a PIN or another system.

    code of the screen -> Counter.scan -> Coupon, Campaign     (a look, changes nothing)
    -> use_code / use_pin / use -> Redemption, and a receipt for the friend; undo

Services never commit: whoever opens the transaction does. A wrong PIN or a mistyped code is
counted there too, so it is an answer and no exception.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.coupons import locks, pins, redeeming, repository, together
from bot.coupons.campaign import Campaign
from bot.coupons.model import Coupon, Redemption, UnknownCouponError
from bot.coupons.numbers import is_number
from bot.coupons.pins import Checked
from bot.coupons.receipts import Receipts
from bot.coupons.service import Coupons
from bot.membership.codes import MARK, Code, CodeError, Codes, ForgedCodeError, Kind, NotACodeError
from bot.points.actor import Actor
from bot.store.unit import Unit

#: Wrong codes typed on one device before it rests.
TRIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What came of a code: a coupon, or why not."""

    coupon: Coupon | None = None
    campaign: Campaign | None = None
    #: Why there is none.
    error: CodeError | None = None
    #: The device typed too many wrong ones; it rests until then.
    locked_until: datetime | None = None


class Counter:
    """Uses coupons at shops."""

    def __init__(self, coupons: Coupons, codes: Codes, receipts: Receipts) -> None:
        self._coupons = coupons
        self._codes = codes
        self.receipts = receipts

    def code(self, coupon: Coupon, *, now: datetime) -> Code:
        """Return the code that a coupon's screen shows for this half minute."""
        return self._codes.make(Kind.COUPON, coupon.number, now=now)

    async def scan(self, unit: Unit, text: str, *, actor: Actor, now: datetime) -> Scanned:
        """Look at the coupon of a scanned or typed code; only a wrong typed one is written down.

        Nobody guesses the signature of a scanned code; six typed digits somebody might.
        """
        key = f"code:{actor.staff_id or ''}:{actor.device}"
        is_typed = not text.strip().upper().startswith(f"{MARK}.")
        if is_typed and (until := await locks.closed_until(unit.connection, key, now=now)):
            return Scanned(error=ForgedCodeError(), locked_until=until)
        try:
            read = self._codes.read(text, now=now)
        except ForgedCodeError as error:
            if not is_typed:
                return Scanned(error=error)
            tried = await locks.attempt(unit.connection, key, most=TRIES, now=now)
            return Scanned(error=error, locked_until=tried.locked_until)
        except CodeError as error:
            return Scanned(error=error)
        coupon = None
        if read.kind is Kind.COUPON and is_number(read.handle):
            coupon = await repository.by_number(unit.connection, read.handle)
        if coupon is None:
            return Scanned(error=NotACodeError())
        return Scanned(coupon=coupon, campaign=await self._campaign(unit, coupon))

    async def use(
        self,
        unit: Unit,
        coupon_id: int,
        *,
        key: str,
        how: str,
        actor: Actor,
        now: datetime,
        is_sure: bool = True,
    ) -> Redemption:
        """Use a coupon, and let its owner know; the errors are those of ``redeeming.redeem``.

        Whoever asks has seen the coupon: a code that was scanned a moment ago, or an API key.

        Raises:
            NotTogetherError: nobody has said that they are sure, and another coupon was just used.
        """
        if not is_sure:
            await self._require_alone(unit, coupon_id, key=key, actor=actor, now=now)
        redemption = await redeeming.redeem(
            unit, coupon_id, key=key, how=how, actor=actor, now=now
        )
        if redemption.is_new:
            coupon = await self._coupons.of(unit, redemption.person_id, coupon_id)
            await self.receipts.used(unit, redemption, coupon, await self._campaign(unit, coupon))
        return redemption

    async def use_pin(
        self,
        unit: Unit,
        person_id: int,
        coupon_id: int,
        *,
        shop: str,
        pin: str,
        key: str,
        now: datetime,
        is_sure: bool = True,
    ) -> Redemption | Checked:
        """Use a coupon by the shop's PIN on the friend's phone; a wrong one is an answer.

        Raises:
            CouponError: the PIN is right, and the coupon cannot be used.
            NotTogetherError: as in ``use``.
        """
        coupon = await self._coupons.of(unit, person_id, coupon_id)
        checked = await pins.check(unit.connection, shop, person_id, pin, now=now)
        if not checked.is_right:
            return checked
        actor = Actor(shop=shop, device="phone")
        return await self.use(
            unit, coupon.coupon_id, key=key, how="pin", actor=actor, now=now, is_sure=is_sure
        )

    async def undo(
        self,
        unit: Unit,
        redemption_id: int,
        *,
        reason: str,
        actor: Actor,
        may_undo_others: bool = False,
        now: datetime,
    ) -> Redemption:
        """Take a use back, and let the owner know; the errors are those of ``redeeming.undo``."""
        redemption = await redeeming.undo(
            unit,
            redemption_id,
            reason=reason,
            actor=actor,
            may_undo_others=may_undo_others,
            now=now,
        )
        coupon = await self._coupons.of(unit, redemption.person_id, redemption.coupon_id)
        campaign = await self._campaign(unit, coupon)
        await self.receipts.undone(unit, redemption, coupon, campaign)
        return redemption

    async def find(self, unit: Unit, number: str) -> tuple[Coupon, Campaign]:
        """Return the coupon of a number, for systems that know it.

        Raises:
            UnknownCouponError: there is none.
        """
        coupon = await repository.by_number(unit.connection, number)
        if coupon is None:
            raise UnknownCouponError
        return coupon, await self._campaign(unit, coupon)

    async def _require_alone(
        self, unit: Unit, coupon_id: int, *, key: str, actor: Actor, now: datetime
    ) -> None:
        coupon = await repository.by_id(unit.connection, coupon_id)
        if coupon is None or coupon.is_used:
            return  # told in words of its own
        await together.require_alone(
            unit.connection,
            self._coupons.campaigns,
            await self._campaign(unit, coupon),
            coupon_id=coupon_id,
            person_id=coupon.person_id,
            shop=actor.shop,
            key=key,
            now=now,
        )

    async def _campaign(self, unit: Unit, coupon: Coupon) -> Campaign:
        return await self._coupons.campaigns.find(unit.connection, coupon.campaign)
