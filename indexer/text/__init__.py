"""What is read from single lines: dates, ordinals, scripts."""
