"""The tables of the learning loop: what decisions become, and how people and models are tested. Times are UTC."""

import sqlalchemy as sa

from classifier.store.schema import FINGERPRINT, LABEL, metadata

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("imported_at", sa.DateTime, nullable=False),
    sa.Column("person", sa.Text, nullable=False),  # who ran it, by the name on that machine
    sa.Column("files", sa.Text, nullable=False),  # their names
    sqlite_autoincrement=True,  # acts name imports: a number is never given again
)

forgettings = sa.Table(
    "forgettings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("rule", sa.Text, nullable=False),  # such as person:NAME; what it fits is not trained on
    sa.Column("person", sa.Text, nullable=False),  # who said so
    sa.Column("said_at", sa.DateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("ended_at", sa.DateTime, nullable=True),  # since when it no longer holds
)

pins = sa.Table(
    "pins",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("act_id", sa.Integer, sa.ForeignKey("acts.id"), nullable=False, index=True),  # decided the text as well
    sa.Column("fingerprint", FINGERPRINT, nullable=False, index=True),
    sa.Column("label", LABEL, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),  # why every version must get it right
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("texts", sa.JSON, nullable=False),  # of the page's blocks, in reading order
    sa.Column("position", sa.Integer, nullable=False),  # of the pinned block among them, from 0
)

blind_samples = sa.Table(
    "blind_samples",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("drawn_at", sa.DateTime, nullable=False, index=True),
    sa.Column("model", sa.Text, nullable=False),  # version whose verdict is put to the test
    sa.Column("outcome", sa.String(7), nullable=False),  # 'removed' (called filler) or 'passed'
    sa.Column("drawn", sa.Integer, nullable=False),  # blocks drawn with it that day ...
    sa.Column("of", sa.Integer, nullable=False),  # ... of so many with that outcome
    sa.Column("page_id", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("fingerprint", FINGERPRINT, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("label", LABEL, nullable=False),  # the verdict, hidden until the text is decided
    sa.Column("score", sa.Float, nullable=False),  # 0..1
    sa.Column("act_id", sa.Integer, sa.ForeignKey("acts.id"), nullable=True, index=True),  # that answered it
    sa.CheckConstraint("outcome IN ('removed', 'passed')", name="known_outcome"),
)

quarantines = sa.Table(
    "quarantines",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),  # whose decisions are not trained on until it ends
    sa.Column("began_at", sa.DateTime, nullable=False),
    sa.Column("began_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("needed", sa.Integer, nullable=False),  # golden blocks in a row to be labelled right, blind
    sa.Column("ended_at", sa.DateTime, nullable=True),
    sa.Column("ended_by", sa.Text, nullable=True),  # empty when the answers ended it
)

quarantine_answers = sa.Table(
    "quarantine_answers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("quarantine_id", sa.Integer, sa.ForeignKey("quarantines.id"), nullable=False, index=True),
    sa.Column("fingerprint", FINGERPRINT, nullable=False),  # of the golden block's text
    sa.Column("label", LABEL, nullable=False),  # what it is
    sa.Column("answer", LABEL, nullable=False),  # what the person said
    sa.Column("answered_at", sa.DateTime, nullable=False),
)

shadow_verdicts = sa.Table(
    "shadow_verdicts",
    metadata,
    sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("model", sa.Text, nullable=False),  # the version in the shadow
    sa.Column("label", LABEL, nullable=False),
    sa.Column("score", sa.Float, nullable=False),  # 0..1
)
