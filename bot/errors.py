"""Errors that a person reads at the command line."""


class SetupError(Exception):
    """The bot cannot start as it is set up; the message says what to mend, a line each.

    The process ends with :attr:`exit_code` and without a traceback.
    """

    exit_code = 2


class SchemaError(SetupError):
    """The database's tables are not those of this version."""

    exit_code = 3
