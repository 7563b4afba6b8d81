"""The parts of a sync: one at a time, fetched ahead, told apart, turned into records."""
