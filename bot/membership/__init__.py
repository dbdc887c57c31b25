"""Members: who has a number, and the card that shows it."""
