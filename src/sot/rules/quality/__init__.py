"""Rules of the folder quality."""
