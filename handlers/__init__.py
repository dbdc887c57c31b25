"""Handlers, in the order they are asked."""
