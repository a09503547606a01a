"""Texts to their translations: the engines, and translators around translators."""
