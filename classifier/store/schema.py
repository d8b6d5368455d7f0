"""The tables of the moderation database, as its newest migration leaves them. Times are UTC, without a zone."""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

FINGERPRINT = sa.String(32)
LABEL = sa.String(11)


def where(condition: str) -> dict[str, Any]:
    """Return the arguments of an index of only those rows that meet a condition."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


_CLAIM = ("claimed_by", "claimed_at")  # at the end of an index that pages are listed by: free ones are told apart there

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("content", sa.String(64), nullable=False, unique=True),  # SHA-256 of address and texts
    sa.Column("added_at", sa.DateTime, nullable=False),
    sa.Column("claimed_by", sa.Text, nullable=True),
    sa.Column("claimed_at", sa.DateTime, nullable=True),
    # the rest is derived: from the verdicts of `model` and the standing rulings
    sa.Column("model", sa.Text, nullable=True),  # version that judged the blocks; null before the first
    sa.Column("blocks", sa.Integer, nullable=False, server_default="0"),
    sa.Column("flagged", sa.Integer, nullable=False, server_default="0"),  # blocks called filler
    sa.Column("to_check", sa.Integer, nullable=False, server_default="0"),  # blocks that a person should look at
    sa.Column("unsure", sa.Integer, nullable=False, server_default="0"),  # blocks that a person could not decide
    sa.Column("share", sa.Float, nullable=False, server_default="0"),  # flagged / blocks
    sa.Column("doubt", sa.Float, nullable=False, server_default="0"),  # of the most doubtful undecided block, 0..1
    sa.Column("worth", sa.Float, nullable=False, server_default="0"),  # most that one of its blocks would teach, >= 0
    sa.Index("ix_pages_model", "model"),
    sa.Index("ix_pages_site", "site"),
    sa.Index("ix_pages_share", "share", "flagged", "id"),
    sa.Index("ix_pages_doubt", "doubt", "id"),
    sa.Index("ix_pages_worth", "worth", "id"),
    sa.Index("ix_pages_claimed", "claimed_at"),
    sa.Index("ix_pages_added", "added_at"),
    # of the few pages that are left to do, in each order, so that those that are done need not be passed over
    sa.Index("ix_pages_left", "id", *_CLAIM, **where("to_check > 0")),
    sa.Index("ix_pages_left_share", "share", "flagged", "id", *_CLAIM, **where("to_check > 0")),
    sa.Index("ix_pages_left_doubt", "doubt", "id", *_CLAIM, **where("to_check > 0")),
    sa.Index("ix_pages_left_worth", "worth", "id", *_CLAIM, **where("to_check > 0")),
    sa.Index("ix_pages_left_content", "content", *_CLAIM, **where("to_check > 0")),
    sa.Index("ix_pages_unsure", "id", "to_check", "model", **where("unsure > 0")),
)

blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("fingerprint", FINGERPRINT, nullable=False),
    sa.Column("place", sa.JSON, nullable=True),  # [start, end], element path, or null
    sa.Column("list_item", sa.Boolean, nullable=False),
    sa.Column("heading", sa.Boolean, nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.Column("link_share", sa.Float, nullable=False),
    sa.Column("link_hosts", sa.JSON, nullable=False),  # list of strings
    # the verdict of the page's `model`; null before the first
    sa.Column("label", LABEL, nullable=True),
    sa.Column("score", sa.Float, nullable=True),  # 0..1
    sa.Column("needs_review", sa.Boolean, nullable=True),
    sa.Column("doubt", sa.Float, nullable=True),  # 0..1, 1 where the score is the threshold
    sa.UniqueConstraint("page_id", "position"),
    sa.Index("ix_blocks_fingerprint", "fingerprint", "page_id"),
)

texts = sa.Table(
    "texts",
    metadata,
    sa.Column("fingerprint", FINGERPRINT, primary_key=True),
    # all derived: from the blocks, and from the decisions
    sa.Column("pages", sa.Integer, nullable=False),  # pages of the queue it stands on
    sa.Column("sites", sa.Integer, nullable=False),  # their sites
    sa.Column("ruling", LABEL, nullable=True),  # the standing one; null when there is none
    sa.Column("decision_id", sa.Integer, sa.ForeignKey("decisions.id"), nullable=True),  # which made it stand
    sa.Index(
        "ix_texts_ruled",  # unique, or else SQLite prefers the primary key's, of all texts
        "fingerprint",
        unique=True,
        sqlite_where=sa.text("ruling IS NOT NULL"),
        postgresql_where=sa.text("ruling IS NOT NULL"),
    ),
)

text_sites = sa.Table(
    "text_sites",
    metadata,
    sa.Column("fingerprint", FINGERPRINT, primary_key=True),
    sa.Column("site", sa.Text, primary_key=True),
    sa.Column("pages", sa.Integer, nullable=False),  # pages of that site it stands on
)

acts = sa.Table(
    "acts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("acted_at", sa.DateTime, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("form", sa.String(64), nullable=True, unique=True),  # so that a form sent twice is one act
    sa.Column("toggles", sa.Integer, sa.ForeignKey("acts.id"), nullable=True, index=True),  # what it undoes or redoes
    sa.Column("page_id", sa.Integer, nullable=True),  # where the person was, in the database of the act's source
    sa.Column("campaign_id", sa.Integer, nullable=True, index=True),  # in the database of the act's source
    sa.Column("source", sa.Text, nullable=False),  # the file it came with, or empty
    sa.Column("import_id", sa.Integer, nullable=True, index=True),  # the import it came with; null where it was made
    sa.Column("settles", sa.Boolean, nullable=False, server_default=sa.false()),  # ends a conflict: earlier ones rest
    sa.Column("blind", sa.Boolean, nullable=False, server_default=sa.false()),  # the verdict was hidden
    sa.Index("ix_acts_person", "person", "id"),
    sa.CheckConstraint("kind IN ('block', 'run', 'page', 'campaign', 'undo', 'redo')", name="known_kind"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("act_id", sa.Integer, sa.ForeignKey("acts.id"), nullable=False, index=True),
    sa.Column("fingerprint", FINGERPRINT, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),  # as the person saw it
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("ruling", LABEL, nullable=False),
    sa.Column("shown_model", sa.Text, nullable=False),
    sa.Column("shown_label", LABEL, nullable=False),
    sa.Column("shown_score", sa.Float, nullable=False),
    sa.CheckConstraint("ruling IN ('boilerplate', 'filler', 'news', 'unsure', 'undo')", name="known_ruling"),
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),  # MinHash of the run that founded it
    sa.Column("sample", sa.Text, nullable=False),  # beginning of the first text of that run
    # derived from the runs
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("sites", sa.Integer, nullable=False),
    sa.Column("undecided", sa.Integer, nullable=False),  # distinct texts without a standing ruling
    sa.Column("first_seen", sa.DateTime, nullable=False),
    sa.Column("last_seen", sa.DateTime, nullable=False),
    sa.Index("ix_campaigns_pages", "pages", "id", "undecided"),
    sa.Index("ix_campaigns_sites", "sites", "pages", "id"),
    sa.Index("ix_campaigns_last_seen", "last_seen", "id"),
    sqlite_autoincrement=True,  # acts name campaigns: the number of one that is gone is never given again
)

campaign_bands = sa.Table(
    "campaign_bands",
    metadata,
    sa.Column("band", sa.BigInteger, primary_key=True),  # hash of some of the signature's rows (LSH)
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), primary_key=True),
    sa.Index("ix_campaign_bands_campaign", "campaign_id"),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), nullable=False, index=True),
    sa.Column("first", sa.Integer, nullable=False),  # position of its first block
    sa.Column("last", sa.Integer, nullable=False),  # position of its last block
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), nullable=False),
    sa.Column("added_at", sa.DateTime, nullable=False),  # the page's
    sa.Index("ix_runs_campaign", "campaign_id", "added_at", "page_id"),
)

# what is derived from the runs of a campaign, so that it need not be counted over all its pages

campaign_texts = sa.Table(
    "campaign_texts",
    metadata,
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), primary_key=True),
    sa.Column("fingerprint", FINGERPRINT, primary_key=True, index=True),
    sa.Column("pages", sa.Integer, nullable=False),  # pages with the text in a run of the campaign
)

campaign_sites = sa.Table(
    "campaign_sites",
    metadata,
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), primary_key=True),
    sa.Column("site", sa.Text, primary_key=True, index=True),
    sa.Column("pages", sa.Integer, nullable=False),  # pages of the site with a run of the campaign
)

campaign_hosts = sa.Table(
    "campaign_hosts",
    metadata,
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaigns.id"), primary_key=True),
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("pages", sa.Integer, nullable=False),  # pages with a link to it in a run of the campaign
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.String(9), nullable=False),
    sa.Column("added_at", sa.DateTime, nullable=False),
    sa.Column("disabled_at", sa.DateTime, nullable=True),
    sa.CheckConstraint("role IN ('viewer', 'moderator')", name="known_role"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("key_hash", sa.String(64), primary_key=True),  # SHA-256 of what the cookie holds
    sa.Column("person", sa.String(100), sa.ForeignKey("people.name"), nullable=False, index=True),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime, nullable=True),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),  # SHA-256 of 32 random bytes
    sa.Column("added_at", sa.DateTime, nullable=False),
    sa.Column("revoked_at", sa.DateTime, nullable=True),
)

preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("person", sa.String(100), primary_key=True),
    sa.Column("keys", sa.JSON, nullable=False),  # action -> key
    sa.Column("keys_on", sa.Boolean, nullable=False),
)
