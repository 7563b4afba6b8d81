"""Who is who: brands by domain and by name, and those that carry mail or money for others."""
