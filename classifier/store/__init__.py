"""The moderation database: pages waiting for a moderator, and what moderators decided.

Only this package knows SQLAlchemy. :mod:`~classifier.store.database` opens it, :mod:`~classifier.store.queue` holds
pages, :mod:`~classifier.store.decisions` holds rulings; the tables are in :mod:`~classifier.store.schema`.
"""
