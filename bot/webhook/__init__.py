"""The webhook: LINE's bytes and their signature in, stored events and an answer out."""
