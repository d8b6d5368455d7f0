"""Who sits at the terminal."""

import getpass
import os


def person() -> str:
    """Return the name of the user who runs the command; the number where the system knows no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number only; OSError from Python 3.13 on
        return str(os.getuid())
