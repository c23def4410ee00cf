"""A plan as one sound file with its timeline.

Rule: it imports numpy, PyAV and a voice, which the extra `voice` installs, and no other room does.
`timeline`, `arrangement` and `catalogue` need none of them.
"""
