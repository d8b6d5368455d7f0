"""Which sites of the queue a name means: the one that is called so, or else all that have it in their names."""

import sqlalchemy as sa

from classifier.store.schema import pages

_FEW = 100  # sites that are looked up one by one; of more than that, a page comes by soon whatever the order


def of_sites(connection: sa.Connection, name: str) -> "sa.ColumnElement[bool]":
    """Return the condition that a page is of the site, or one of the sites, that `name` (in lower case) means."""
    whole = pages.c.site == name
    if connection.scalar(sa.select(pages.c.site).where(whole).limit(1)):
        return whole
    part = pages.c.site.contains(name, autoescape=True)
    # no index finds a part of a name, but all names stand in one: reading it is quicker than reading the pages
    found = connection.scalars(sa.select(pages.c.site).where(part).distinct().limit(_FEW + 1)).all()
    return part if len(found) > _FEW else pages.c.site.in_(found)
