"""The review in the terminal: Textual widgets over a `Session`."""
