"""Clustering on an engine: SQL where records meet, the functions of clustering for whole parts of the list.

parts    what workers need, and the numbers of records in a part
stage    components, clusters, what the driver gets of them
between  related customers and questions: what the pairs of two clusters tell
"""
