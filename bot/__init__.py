"""Enishi: a bot and CRM for a LINE Official Account."""
