"""Whole addresses in one cell, taken apart into street, town, region, postcode and country."""
