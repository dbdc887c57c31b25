"""The web console of staff and admins, at /console."""
