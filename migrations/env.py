"""Alembic runs the versions on the connection that `mesinfos.vault.migrate` hands over; there is no other way in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
