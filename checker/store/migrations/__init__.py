"""The steps from one form of the tables to the next, taken by alembic in the order of their numbers."""
