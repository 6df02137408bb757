"""What reading says to people."""
