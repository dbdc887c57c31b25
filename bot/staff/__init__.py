"""The people who answer and sell: staff members, shops, roles, sessions and the audit log."""
