"""Ways in and out: first run, unlocking, and the page behind a shared link."""
