"""What an answer or a greeting leads to: ordered lists of actions, run in one transaction."""
