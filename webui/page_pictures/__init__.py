"""Pages of originals as pictures, shown beside what was recognised on them."""
