"""Points: lots that are earned, spent, reversed and expire, as double entries."""
