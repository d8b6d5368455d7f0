"""The moderation page: a small Flask application over the library.

It only ever records decisions; everything that changes the model happens on the command line.
"""

from web.app import create_app

__all__ = ["create_app"]
