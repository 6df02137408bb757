"""Matching on an engine: SQL where records meet, the functions of matching where they do not.

spelling   copies left out, cut and misspelled names put right
naming     names, words and how much these tell
values     the values that are compared, and how common each is
blocking   candidate pairs
comparing  names of candidate pairs compared, and pairs scored
weighing   the prior, what the list teaches, room for groups, bands
stage      all of it in order
"""
