"""Normalised telephone numbers, websites and mailboxes."""
