"""What alembic runs to take the steps: on the connection it is handed, inside its transaction."""

from __future__ import annotations

from alembic import context

__all__ = ["run"]


def run() -> None:
    """Take the steps asked for."""
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


# The name alembic gives this file when it loads it; a plain import does nothing.
if __name__ == "env_py":
    run()
