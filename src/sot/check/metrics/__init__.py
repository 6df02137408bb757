"""What each gate measures."""
