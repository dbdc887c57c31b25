"""Pages that friends open from the talk: the card, a coupon."""
