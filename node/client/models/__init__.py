"""What a node answers, as values."""
