"""Webhooks: building events, signing bodies, delivering and redelivering them."""
