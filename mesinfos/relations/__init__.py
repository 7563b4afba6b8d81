"""READ: sealed records become what the person sees."""
