"""What people take away: every hit of a search as a table or as JSON, and ready citations."""
