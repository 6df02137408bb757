"""The files that the systems of a demo would export."""
