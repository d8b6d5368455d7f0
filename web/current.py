"""What a request works with: the home's model versions and database, the person, the time."""

from datetime import UTC, datetime
from typing import cast

from flask import current_app
from flask_login import current_user

from classifier.model import Model
from classifier.registry import Registry
from classifier.store.database import Database
from classifier.store.people import NOBODY

NUMBER = "int(max=2147483647)"
"""Converter of the numbers in our addresses: what a column holds; anything larger is not found."""


def registry() -> Registry:
    """Return the model versions of this home."""
    return cast("Registry", current_app.extensions["registry"])


def model() -> Model:
    """Return the current model version. Raises ModelError when there is none."""
    return registry().current()


def database() -> Database:
    """Return the moderation database."""
    return cast("Database", current_app.extensions["database"])


def person() -> str:
    """Return the name that decisions are recorded under: who is logged in, else whoever sits at this machine."""
    return str(current_user.name) if current_user.is_authenticated else NOBODY


def now() -> datetime:
    """Return the time, UTC and without a zone, as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
