"""A reply, rendered for one medium: speech, or a screen. What the page shows is worded here too.

Rule: it decides nothing. Limits of a medium stand beside the medium.
"""
