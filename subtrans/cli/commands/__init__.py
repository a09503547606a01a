"""The commands, a file each: what the user typed in, a walk of the pipeline and what it says out."""
