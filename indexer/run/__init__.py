"""One run of the indexer: find the files, plan, read, bring the draft up to date, check it, sum up."""
