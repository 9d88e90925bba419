"""Reports written in the formats of office programs and of fixed pages, for tests and benchmarks.

The rule: the same report gives the same bytes; only what the report needs is written.
"""
