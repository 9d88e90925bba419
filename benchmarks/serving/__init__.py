"""What our server answers and takes, alone and beside another."""
