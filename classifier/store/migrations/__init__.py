"""Migrations of the moderation database (Alembic); each is applied when an older database is opened."""
