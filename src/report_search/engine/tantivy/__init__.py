"""Tantivy as the store of passages and word postings, for larger corpora; the columnar index answers."""
