"""Notices: what staff are told of, how each of them wants to hear it, and what came of it."""
