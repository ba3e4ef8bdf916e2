"""The engine against its rival in NumPy: ``python -m benchmarks`` (or ``make bench``)."""
