"""Normalised names and their parts."""
