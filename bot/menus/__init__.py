"""Menus: which rich menu a friend should see, and telling LINE when that changes."""
