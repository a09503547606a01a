"""The one door to the heavy libraries."""
