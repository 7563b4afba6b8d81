"""Recognition measured against hand-read labels."""
