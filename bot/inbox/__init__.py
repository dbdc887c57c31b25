"""The inbox: the durable queue of what LINE sent."""
