"""Scores, wrapped from the field's own packages."""
