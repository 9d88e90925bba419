"""An index and a server while they are being broken: kills, tamperings, load with swaps, attacks."""
