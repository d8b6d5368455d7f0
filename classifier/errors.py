"""What can go wrong, in one family.

::

    NewsieveError              every message is one sentence: *thing: what is wrong; what to do*
    ├── InputError             a file or a row that cannot be read as pages
    │   └── UnreadableError    a file that is not there, or gives no bytes: it may another time
    ├── ClusterError           a scheduler that does not answer, or went away
    ├── OutputError            a folder of results that cannot be written, or holds something else
    ├── TrainingDataError      labelled data that a model cannot be trained or measured on
    ├── ModelError             a model version that is missing, damaged or foreign
    ├── PromotionRefusedError  a version that may not become current, with the reasons
    ├── HomeError              the home folder cannot be read or written
    ├── BusyError              another process is doing this very thing
    ├── AccountError           an account or a token that cannot be made, found or used as asked
    ├── NotFoundError          no such page, block or campaign in the moderation database
    └── ConflictError          somebody else has changed, or holds, what a person works on

The command line turns them into one line on stderr and an exit code, the moderation page into a status.
"""


class NewsieveError(Exception):
    """Something the person at the keyboard can do something about."""


class InputError(NewsieveError):
    """A file or a row that cannot be read as pages; the message names both."""


class UnreadableError(InputError):
    """A file that is not there or gives no bytes; it may another time."""


class ClusterError(NewsieveError):
    """A scheduler that does not answer, or went away."""


class OutputError(NewsieveError):
    """A folder of results that cannot be written, or that holds something else."""


class TrainingDataError(NewsieveError):
    """Labelled data that a model cannot be trained or measured on; the message names file and row."""


class ModelError(NewsieveError):
    """A model version that is missing, damaged, or made by something this program does not understand."""


def damaged_model(what: str) -> ModelError:
    """Return the error of a version that cannot be used, `what` being the thing and its fault; it says what to do."""
    return ModelError(f"{what}; roll back or train and promote a new version")


class PromotionRefusedError(NewsieveError):
    """A version that may not become current; the message lists the reasons."""


class HomeError(NewsieveError):
    """The home folder cannot be read or written."""


class BusyError(NewsieveError):
    """Another process holds the lock of this task."""


class AccountError(NewsieveError):
    """An account or a token that cannot be made, found or used as asked."""


class NotFoundError(NewsieveError):
    """No such page, block or campaign in the moderation database."""


def missing_page(page_id: int) -> NotFoundError:
    """Return the error of a page that is not, or no longer, in the queue."""
    return NotFoundError(f"page {page_id}: not in the queue; the front page lists what is")


class ConflictError(NewsieveError):
    """Somebody else has changed, or holds, what a person works on."""
