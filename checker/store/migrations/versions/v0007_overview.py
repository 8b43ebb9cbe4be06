"""How a key is counted in an overview, its shop, and indexes led by the account.

Nothing is said of the keys that are there: each is looked at as ever, until the next run of its account says
how it is counted.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from checker.store.tables import UtcTime

__all__ = ["upgrade"]

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SHOP = re.compile(r"[^/]*/[^/]*/[^/]*/shop=([^/]+)/")
_known = sa.table("known", sa.column("key"), sa.column("shop"))


def upgrade() -> None:
    """Add the columns and the indexes."""
    op.add_column("known", sa.Column("shop", sa.String, nullable=False, server_default=""))
    op.add_column("known", sa.Column("quiet", sa.String))
    op.add_column("known", sa.Column("seen_at", UtcTime))
    connection = op.get_bind()
    with_shop = sa.select(_known.c.key).where(_known.c.key.contains("/shop=", autoescape=True))
    for key in connection.execute(with_shop).scalars().all():
        if found := _SHOP.match(key):
            connection.execute(sa.update(_known).where(_known.c.key == key).values(shop=found[1]))
    op.drop_index("ix_known_marketplace_account_site", "known")
    op.create_index("ix_known_place", "known", ["account", "marketplace", "site", "shop", "quiet", "seen_at"])
    for name, where in (("ix_known_open", "opened_at IS NOT NULL"), ("ix_known_loud", "quiet IS NULL")):
        only = sa.text(where)
        op.create_index(name, "known", ["account"], sqlite_where=only, postgresql_where=only)
    op.create_index("ix_visits_account", "visits", ["account", "marketplace", "id"])
    op.create_index("ix_sites_account", "sites", ["account"])
