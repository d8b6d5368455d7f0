"""Kill drills: real commands are ended with SIGKILL at random moments, and then everything that was promised must hold.

``drill`` runs them, one kind of work after the other; ``commands`` starts and ends processes; ``moments`` chooses when;
``grounds`` is the home they happen in, a copy; every other module is one kind of work with what must hold after it.
"""
