"""Parallel text in, a better translation model out."""
