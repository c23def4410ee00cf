"""Content files become words, phrases and a routine.

Rule: it reads and checks data at start. No rule of any language stands here; languages are folders.
"""
