"""The routine: exercises, plan, place and playhead.

Rule: standard library only. It knows no words, clock, files or Alexa.
"""
