"""Match weights and probabilities of compared pairs."""
