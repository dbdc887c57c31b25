"""The account's definitions between files and the database."""
