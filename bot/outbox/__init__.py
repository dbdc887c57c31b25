"""The outbox: every call that changes something on LINE waits here until it left."""
