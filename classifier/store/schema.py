"""The tables of the moderation database, as its newest migration leaves them."""

import sqlalchemy as sa

metadata = sa.MetaData()

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("content", sa.String(64), nullable=False, unique=True),  # SHA-256 of address and texts
    sa.Column("added_at", sa.DateTime, nullable=False),  # UTC
)

blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(32), nullable=False, index=True),
    sa.Column("place", sa.JSON, nullable=True),  # [start, end], element path, or null
    sa.Column("list_item", sa.Boolean, nullable=False),
    sa.Column("heading", sa.Boolean, nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.Column("link_share", sa.Float, nullable=False),
    sa.Column("link_hosts", sa.JSON, nullable=False),  # list of strings
    sa.UniqueConstraint("page_id", "position"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(32), nullable=False, index=True),
    sa.Column("block_id", sa.Integer, sa.ForeignKey("blocks.id"), nullable=False),  # where the person was looking
    sa.Column("ruling", sa.String(11), nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("decided_at", sa.DateTime, nullable=False),  # UTC
    sa.Column("shown_model", sa.Text, nullable=False),
    sa.Column("shown_label", sa.String(11), nullable=False),
    sa.Column("shown_score", sa.Float, nullable=False),
    sa.CheckConstraint("ruling IN ('boilerplate', 'filler', 'news', 'unsure', 'undo')", name="known_ruling"),
)
