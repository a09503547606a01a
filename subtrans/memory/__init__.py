"""A person's corrections in; a memory that translators ask first and a corpus for the next fine-tuning out."""
