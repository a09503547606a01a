"""Sound to words with their times: where somebody speaks, what is said, and how sure that is."""
