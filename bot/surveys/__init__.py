"""Surveys: what is asked, how far each friend is, and what they answered."""
