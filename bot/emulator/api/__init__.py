"""LINE's HTTP API: one module per noun, each a table of operations."""
