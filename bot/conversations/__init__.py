"""Talks between friends and staff: who owns them, what was said, when they wait."""
