"""LINE: its limits, its messages, its API. The only package that knows them."""
