"""Synthetic reports: invented agencies, invented prose, the official tables filled with numbers that agree.

They feed the tests, the benchmarks and ``report-search demo``. The same seed gives the same reports on every
machine. Every report says in its first paragraph that it is synthetic, and every agency is called 示例.
"""
