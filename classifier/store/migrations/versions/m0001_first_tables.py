"""Pages, their blocks, and decisions on them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("content", sa.String(64), nullable=False, unique=True),
        sa.Column("added_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False, index=True),
        sa.Column("place", sa.JSON, nullable=True),
        sa.Column("list_item", sa.Boolean, nullable=False),
        sa.Column("heading", sa.Boolean, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("link_share", sa.Float, nullable=False),
        sa.Column("link_hosts", sa.JSON, nullable=False),
        sa.UniqueConstraint("page_id", "position"),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.String(32), nullable=False, index=True),
        sa.Column("block_id", sa.Integer, sa.ForeignKey("blocks.id"), nullable=False),
        sa.Column("ruling", sa.String(11), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("decided_at", sa.DateTime, nullable=False),
        sa.Column("shown_model", sa.Text, nullable=False),
        sa.Column("shown_label", sa.String(11), nullable=False),
        sa.Column("shown_score", sa.Float, nullable=False),
        sa.CheckConstraint("ruling IN ('boilerplate', 'filler', 'news', 'unsure', 'undo')", name="known_ruling"),
    )
