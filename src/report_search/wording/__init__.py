"""Wording through the years: what is said how, when first, when last, and where else."""
