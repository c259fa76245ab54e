"""The root of Plenary's own errors, each of which can be shown to a user as it is."""


class PlenaryError(Exception):
    """Something a user can understand and mend; its text says what, where and what to do."""
