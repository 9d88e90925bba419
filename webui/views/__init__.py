"""What the templates show: one module for each page, plain frozen data made from results."""
