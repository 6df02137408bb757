"""Normalised tax and register numbers."""
