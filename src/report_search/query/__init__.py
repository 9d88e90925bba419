"""What a query means: the neutral tree, the two parsers, and what a tree says of one passage."""
