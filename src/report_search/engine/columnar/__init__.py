"""The index that the embedded engines share: memory-mapped arrays of folded texts, contexts and columns,
and the snapshot that answers from them.
"""
