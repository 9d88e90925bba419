"""What stands before anything is asked: the front page, and addresses that nobody was given."""
