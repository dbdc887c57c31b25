"""SQL: engines, tables, and how a batch of rows is read and written in one statement.

Nothing here knows what a friend or a message is; the domain packages own their queries.
"""
