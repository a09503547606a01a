"""Each job as one walk, top to bottom."""
