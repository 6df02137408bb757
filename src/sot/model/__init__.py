"""The nouns: canonical fields, the schemas of the tables between stages, and the closed lists of words."""
