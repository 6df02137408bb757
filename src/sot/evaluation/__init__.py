"""How right a golden map is: against a truth, and from a blind sample."""
