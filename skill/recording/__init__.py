"""A plan as one sound file with its timeline.

Rule: the only room that imports numpy, PyAV and a voice, which the extra `voice` installs. What
other rooms import of it, such as `score` and `shelf`, needs none of them.
"""
