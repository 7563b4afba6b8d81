"""The words of the house as frozen values: what was recognised, by whom, and how sure we are. No SQL, no I/O."""
