"""Wording through the years: how a report says a thing, and what became of it in others.

The rule: everything here is read from the passages of an index; what a page, the API and the command line say of a
sentence is worked out once, in this package.
"""
