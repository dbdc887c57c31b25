"""Friends: who they are, what is known of them and from where, which menu they see and why."""
