"""Acts that can be undone, stored verdicts, texts, claims, campaigns, people, tokens."""

import sqlalchemy as sa
from alembic import op

from classifier.store.schema import where

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _derived_columns()
    _texts()
    _acts()
    _decisions()
    _standing()
    _campaigns()
    _people()


def _derived_columns() -> None:
    for column in ("claimed_by", "model"):
        op.add_column("pages", sa.Column(column, sa.Text, nullable=True))
    op.add_column("pages", sa.Column("claimed_at", sa.DateTime, nullable=True))
    for column in ("blocks", "flagged", "to_check", "unsure"):
        op.add_column("pages", sa.Column(column, sa.Integer, nullable=False, server_default="0"))
    for column in ("share", "doubt"):
        op.add_column("pages", sa.Column(column, sa.Float, nullable=False, server_default="0"))
    op.execute("UPDATE pages SET blocks = (SELECT count(*) FROM blocks WHERE blocks.page_id = pages.id)")
    op.create_index("ix_pages_model", "pages", ["model"])
    op.create_index("ix_pages_site", "pages", ["site"])
    op.create_index("ix_pages_share", "pages", ["share", "flagged", "id"])
    op.create_index("ix_pages_doubt", "pages", ["doubt", "id"])
    op.create_index("ix_pages_claimed", "pages", ["claimed_at"])
    op.create_index("ix_pages_added", "pages", ["added_at"])
    for name, columns in (
        ("ix_pages_left", ["id"]),
        ("ix_pages_left_share", ["share", "flagged", "id"]),
        ("ix_pages_left_doubt", ["doubt", "id"]),
        ("ix_pages_left_content", ["content"]),
    ):
        op.create_index(name, "pages", [*columns, "claimed_by", "claimed_at"], **where("to_check > 0"))
    op.create_index("ix_pages_unsure", "pages", ["id", "to_check", "model"], **where("unsure > 0"))
    op.add_column("blocks", sa.Column("label", sa.String(11), nullable=True))
    op.add_column("blocks", sa.Column("needs_review", sa.Boolean, nullable=True))
    for column in ("score", "doubt"):
        op.add_column("blocks", sa.Column(column, sa.Float, nullable=True))
    op.drop_index("ix_blocks_fingerprint", "blocks")
    op.create_index("ix_blocks_fingerprint", "blocks", ["fingerprint", "page_id"])


def _texts() -> None:
    op.create_table(
        "text_sites",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("pages", sa.Integer, nullable=False),
    )
    op.execute(
        "INSERT INTO text_sites SELECT fingerprint, site, count(DISTINCT page_id) "
        "FROM blocks JOIN pages ON pages.id = page_id GROUP BY fingerprint, site"
    )


def _acts() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("acted_at", sa.DateTime, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("form", sa.String(64), nullable=True, unique=True),
        sa.Column("toggles", sa.Integer, sa.ForeignKey("acts.id"), nullable=True, index=True),
        sa.Column("page_id", sa.Integer, nullable=True),
        sa.Column("campaign_id", sa.Integer, nullable=True, index=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('block', 'run', 'page', 'campaign', 'undo', 'redo')", name="known_kind"),
    )
    op.create_index("ix_acts_person", "acts", ["person", "id"])
    op.execute(
        "INSERT INTO acts (id, person, acted_at, kind, page_id, source) "
        "SELECT decisions.id, person, decided_at, 'block', page_id, '' "
        "FROM decisions JOIN blocks ON blocks.id = block_id"
    )


def _decisions() -> None:
    op.rename_table("decisions", "decisions_0001")
    op.drop_index("ix_decisions_fingerprint", "decisions_0001")
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("act_id", sa.Integer, sa.ForeignKey("acts.id"), nullable=False, index=True),
        sa.Column("fingerprint", sa.String(32), nullable=False, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("ruling", sa.String(11), nullable=False),
        sa.Column("shown_model", sa.Text, nullable=False),
        sa.Column("shown_label", sa.String(11), nullable=False),
        sa.Column("shown_score", sa.Float, nullable=False),
        sa.CheckConstraint("ruling IN ('boilerplate', 'filler', 'news', 'unsure', 'undo')", name="known_ruling"),
    )
    op.execute(
        "INSERT INTO decisions SELECT old.id, old.id, old.fingerprint, text, address, site, position, ruling, "
        "shown_model, shown_label, shown_score "
        "FROM decisions_0001 AS old JOIN blocks ON blocks.id = block_id JOIN pages ON pages.id = page_id"
    )
    op.drop_table("decisions_0001")


def _standing() -> None:
    op.create_table(
        "texts",
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("sites", sa.Integer, nullable=False),
        sa.Column("ruling", sa.String(11), nullable=True),
        sa.Column("decision_id", sa.Integer, sa.ForeignKey("decisions.id"), nullable=True),
    )
    op.execute(
        "INSERT INTO texts (fingerprint, pages, sites) SELECT fingerprint, sum(pages), count(*) "
        "FROM text_sites GROUP BY fingerprint"
    )
    newest = "(SELECT max(id) FROM decisions WHERE decisions.fingerprint = texts.fingerprint)"
    op.execute(f"UPDATE texts SET decision_id = {newest}")  # noqa: S608 - no text from outside
    ruling = "(SELECT ruling FROM decisions WHERE decisions.id = decision_id AND ruling <> 'undo')"
    op.execute(f"UPDATE texts SET ruling = {ruling}")  # noqa: S608 - no text from outside
    ruled = sa.text("ruling IS NOT NULL")
    op.create_index("ix_texts_ruled", "texts", ["fingerprint"], unique=True, sqlite_where=ruled, postgresql_where=ruled)


def _campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("sample", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("sites", sa.Integer, nullable=False),
        sa.Column("undecided", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.DateTime, nullable=False),
        sa.Column("last_seen", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_campaigns_pages", "campaigns", ["pages", "id", "undecided"])
    op.create_index("ix_campaigns_sites", "campaigns", ["sites", "pages", "id"])
    op.create_index("ix_campaigns_last_seen", "campaigns", ["last_seen", "id"])
    op.create_table(
        "campaign_bands",
        sa.Column("band", sa.BigInteger, primary_key=True),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), primary_key=True),
    )
    op.create_index("ix_campaign_bands_campaign", "campaign_bands", ["campaign_id"])
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), nullable=False, index=True),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), nullable=False),
        sa.Column("added_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_runs_campaign", "runs", ["campaign_id", "added_at", "page_id"])
    _campaign_counts("campaign_texts", sa.Column("fingerprint", sa.String(32), primary_key=True, index=True))
    _campaign_counts("campaign_sites", sa.Column("site", sa.Text, primary_key=True, index=True))
    _campaign_counts("campaign_hosts", sa.Column("host", sa.Text, primary_key=True))


def _campaign_counts(name: str, column: "sa.Column[str]") -> None:
    op.create_table(
        name,
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), primary_key=True),
        column,
        sa.Column("pages", sa.Integer, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.String(9), nullable=False),
        sa.Column("added_at", sa.DateTime, nullable=False),
        sa.Column("disabled_at", sa.DateTime, nullable=True),
        sa.CheckConstraint("role IN ('viewer', 'moderator')", name="known_role"),
    )
    op.create_table(
        "sessions",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(100), sa.ForeignKey("people.name"), nullable=False, index=True),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime, nullable=True),
    )
    op.create_table(
        "tokens",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("added_at", sa.DateTime, nullable=False),
        sa.Column("revoked_at", sa.DateTime, nullable=True),
    )
    op.create_table(
        "preferences",
        sa.Column("person", sa.String(100), primary_key=True),
        sa.Column("keys", sa.JSON, nullable=False),
        sa.Column("keys_on", sa.Boolean, nullable=False),
    )
