"""The reading side: pages for people, JSON for programs."""
