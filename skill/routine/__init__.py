"""The routine: exercises, wishes, plan, progress and playhead.

Rule: standard library only. It knows no words, clock, files or Alexa.
"""
