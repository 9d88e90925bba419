"""Addresses, agencies and reports that were published once: where they lead today, and what has replaced them."""
