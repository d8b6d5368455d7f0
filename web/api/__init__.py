"""The interface for programs, under /api/: an application of its own, under the same roof as the desk.

It is a second Flask application because all of it differs: tokens for sessions, JSON for pages, a page of 20 MB for a
form of 100 kB. It has no session and never looks at a cookie. So nothing that a browser sends by itself opens it, and
no form or script of another site can act in a person's name: that is why it needs no CSRF token.
"""

from web.api.application import create_api, mount_api

__all__ = ["create_api", "mount_api"]
