"""Where mail comes from: connecting, trying, reading, and taking a reading back."""
