"""The shapes of the JSON of the API and of ``--json``, one class each: what is sent, and what its schema says.

The rule: a key never changes its meaning and is never left out, unless its field says when; what is not known is null.
"""
