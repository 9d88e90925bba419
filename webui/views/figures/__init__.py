"""What an agency's page shows of its numbers."""
