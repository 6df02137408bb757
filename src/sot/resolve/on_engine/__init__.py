"""Resolving on an engine: what the whole list tells is learned, then workers resolve whole customers.

learn      what is asked of the list as a whole: systems that hold a field, words, shared identifiers
customers  the rows of whole customers, and what a worker makes of them
stage      the steps, and what the driver gets of their tables
"""
