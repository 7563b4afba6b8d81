"""What the figures in README were measured with."""
