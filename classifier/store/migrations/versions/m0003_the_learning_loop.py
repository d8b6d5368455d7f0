"""Imports, settled conflicts, what is forgotten, pins, blind samples, quarantine, verdicts in the shadow, worth."""

import sqlalchemy as sa
from alembic import op

from classifier.store.schema import where

revision = "0003"
down_revision = "0002"

_FINGERPRINT = sa.String(32)
_LABEL = sa.String(11)


def upgrade() -> None:
    _acts()
    _pins()
    _blind_samples()
    _quarantines()
    _shadow_verdicts()
    _worth()


def _acts() -> None:
    op.add_column("acts", sa.Column("import_id", sa.Integer, nullable=True))
    for column in ("settles", "blind"):
        op.add_column("acts", sa.Column(column, sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_acts_import_id", "acts", ["import_id"])
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("imported_at", sa.DateTime, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "forgettings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("said_at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("ended_at", sa.DateTime, nullable=True),
    )


def _pins() -> None:
    op.create_table(
        "pins",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("act_id", sa.Integer, sa.ForeignKey("acts.id"), nullable=False, index=True),
        sa.Column("fingerprint", _FINGERPRINT, nullable=False, index=True),
        sa.Column("label", _LABEL, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("texts", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )


def _blind_samples() -> None:
    op.create_table(
        "blind_samples",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("drawn_at", sa.DateTime, nullable=False, index=True),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(7), nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        sa.Column("page_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("fingerprint", _FINGERPRINT, nullable=False, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("label", _LABEL, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("act_id", sa.Integer, sa.ForeignKey("acts.id"), nullable=True, index=True),
        sa.CheckConstraint("outcome IN ('removed', 'passed')", name="known_outcome"),
    )


def _quarantines() -> None:
    op.create_table(
        "quarantines",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("began_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("needed", sa.Integer, nullable=False),
        sa.Column("ended_at", sa.DateTime, nullable=True),
        sa.Column("ended_by", sa.Text, nullable=True),
    )
    op.create_table(
        "quarantine_answers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("quarantine_id", sa.Integer, sa.ForeignKey("quarantines.id"), nullable=False, index=True),
        sa.Column("fingerprint", _FINGERPRINT, nullable=False),
        sa.Column("label", _LABEL, nullable=False),
        sa.Column("answer", _LABEL, nullable=False),
        sa.Column("answered_at", sa.DateTime, nullable=False),
    )


def _shadow_verdicts() -> None:
    op.create_table(
        "shadow_verdicts",
        sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("label", _LABEL, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
    )


def _worth() -> None:
    op.add_column("pages", sa.Column("worth", sa.Float, nullable=False, server_default="0"))
    op.execute(
        "UPDATE pages SET worth = coalesce(("
        "SELECT max((1 - abs(2 * score - 1)) * length(CAST(texts.pages AS VARCHAR))) FROM blocks "
        "JOIN texts ON texts.fingerprint = blocks.fingerprint "
        "WHERE page_id = pages.id AND ruling IS NULL AND label <> 'boilerplate'), 0)"
    )
    op.create_index("ix_pages_worth", "pages", ["worth", "id"])
    columns = ["worth", "id", "claimed_by", "claimed_at"]
    op.create_index("ix_pages_left_worth", "pages", columns, **where("to_check > 0"))
