"""Pages that are pictures: their rulings and text found by machine, then read like any other fixed page."""
