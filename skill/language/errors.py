"""The one error for authors' mistakes: raised at start, never met by a listener."""


class ContentError(Exception):
    """A content file says something that cannot be led; the message names file and key."""
