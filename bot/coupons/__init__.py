"""Coupons: campaigns, who holds which, and using one exactly once."""
