"""What is new: when each passage was first published, and what of a search came since a moment."""
