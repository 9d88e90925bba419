"""The embedded default: Whoosh stores passages and word postings; the columnar index answers."""
