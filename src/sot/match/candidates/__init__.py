"""Which pairs of records are compared."""
