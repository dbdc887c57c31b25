"""The worker: claims received events, lets handlers answer them, commits all of it at once."""
