"""The batch side: files in, Reports out, engine filled."""
