"""The demo corpus: a few invented bodies that report every year, and the whole truth about what they say.

Sentences live on through the years with known edits, the numbers of the official tables carry over, and what does not
hold was planted. Everything follows from a seed, so that tests can hold the index against ``truth.json``.
"""
