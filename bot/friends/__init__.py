"""Friends: LINE identities that met the account, each linked to one person."""
