"""Servers that Enishi starts for itself: nothing to install, nothing left behind."""
