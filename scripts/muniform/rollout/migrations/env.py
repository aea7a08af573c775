"""How Alembic reaches the journal: over the connection that ``rollout.store`` hands it.

To add a migration: write ``versions/vNNNN_<what>.py`` by hand, spelling its tables out (a
migration must not change when ``tables.py`` does), and run the tests, which hold that the newest
migration and ``tables.py`` describe the same schema.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
