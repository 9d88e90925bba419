"""What an answer is like whatever it says: its language, who may read it from another page, how it is packed."""
