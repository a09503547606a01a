"""What models there are, where they lie and what they can do: names in, folders out."""
