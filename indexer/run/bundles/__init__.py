"""Reports in bundles: which members, and which of the pictures among them, are files to read."""
