"""review: people settle what is in doubt, in the terminal, in the browser or in Excel."""
