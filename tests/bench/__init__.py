"""Benchmarks: accuracy on labelled sets, time and memory at any size; `python -m tests.bench`."""
