"""Exports that an engine reads where they are: understood by a sample, mapped by the workers.

lake      the tables at addresses: samples for the driver, and which of them stay on the engine
mapping   what workers do with the rows of an account list
keys      the key and the number of every record, by SQL
"""
