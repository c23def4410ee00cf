"""A reply, rendered for one medium. Speech is the one there is.

Rule: it decides nothing. Limits of a medium stand beside the medium.
"""
