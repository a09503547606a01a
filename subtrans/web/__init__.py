"""Captions on a web page: a small server that hands each event to every browser that looks on."""
