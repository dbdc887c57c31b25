"""People: customers, with or without LINE. Attributes, and later points and purchases, hang here."""
