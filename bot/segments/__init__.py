"""Segments: which friends, said as a tree of conditions.

    YAML / JSON -> model (checked against a catalogue of fields) -> resolve (a day's plain tests)
        -> sql (counts and lists) | memory (one friend) | index (live counts) | words, explain

The evaluators read the same few tests, and a property test holds them together.
"""
