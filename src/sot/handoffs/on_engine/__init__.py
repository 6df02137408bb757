"""Handoffs on an engine: what all documents tell is learned, then workers follow those of whole groups of customers.

groups  which documents a worker needs together
papers  the tables that a worker gets of a group, and what it makes of them
works   what workers do: link, link across customers, count, judge
stage   the steps, and what the driver gets of their tables
"""
