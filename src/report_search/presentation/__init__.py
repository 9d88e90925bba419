"""Results as JSON for programs and as lines for a terminal."""
