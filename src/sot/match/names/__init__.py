"""How the names of two records are compared."""
