"""What every test of the house may ask for."""

pytest_plugins = ["tests.servers.fixtures"]
