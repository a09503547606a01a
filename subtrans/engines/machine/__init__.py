"""The processors, threads and memory that the engines work with."""
