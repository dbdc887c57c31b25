"""Pages that friends open from the talk."""
