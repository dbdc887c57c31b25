"""The HTTP interface of tills and shop systems, at /api/v1."""
