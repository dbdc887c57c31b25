"""Pictures that the account's messages point at."""
