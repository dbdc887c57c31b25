"""Validation of request objects: one module per noun, every violation collected."""
