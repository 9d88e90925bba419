"""Feeds of searches, and what the site says of itself to browsers and programs."""
