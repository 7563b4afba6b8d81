"""A mailbox, read over IMAP."""
