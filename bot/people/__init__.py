"""People: customers, with or without LINE. What is known of them hangs here."""
