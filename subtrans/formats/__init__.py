"""Cues to text and back, one file a format."""
