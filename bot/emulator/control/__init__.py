"""The control API under ``/_emulator``: people, time, faults, and what happened."""
