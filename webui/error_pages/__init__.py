"""Errors: who can put them right decides the status; what a page says of them, and what a program is told."""
