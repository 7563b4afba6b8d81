"""A sample household: invented merchants, eighteen months of their mail, and a mail server to read it from."""
