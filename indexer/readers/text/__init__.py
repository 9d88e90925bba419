"""Plain text files to lines."""
