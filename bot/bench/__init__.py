"""Benches: what the bot stands, and how fast it is. Each is a command, ``enishi bench NAME``."""
