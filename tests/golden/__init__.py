"""Outputs that are held to the byte."""
