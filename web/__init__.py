"""SHOW: the dashboard for the person, the API for merchants."""
