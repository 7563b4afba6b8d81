"""What was bought, where it is, until when it may go back, and what it cost."""
