"""Normalised streets, towns and regions."""
