"""Exceptions along each handoff: what went wrong, by the definitions of docs/handoffs.md."""
