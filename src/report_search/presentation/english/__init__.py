"""What the program says, in English: the catalogue of its sentences, and answers told by it."""
