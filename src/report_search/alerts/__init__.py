"""Alerts: saved searches, run over what is new, and what they found handed on once each."""
