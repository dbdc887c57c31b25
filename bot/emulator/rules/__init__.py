"""LINE's rules about what was accepted: rates, faults, quota, reply tokens, retry keys."""
