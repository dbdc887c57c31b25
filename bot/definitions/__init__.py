"""What the account is made of, all of it together: built, compared, applied, exported, watched."""
