"""The seam between the steps of a run and what runs them: DuckDB inside the process, or a Spark Connect server.

protocol     what a step may ask of an engine
batches      functions over tables, done on streams of Arrow batches
embedded     DuckDB, in memory or in a file, whole or in pieces
spark        Spark Connect: Apache Spark, Databricks, Sail
local_server Sail next to the command
results      the tables of a finished run to a lake
brought      the same back from there
lake_errors  what stores and servers say is wrong, in words
watched      steps that are reported while they run
"""
