"""The routine itself: exercises, plan, place and playhead. Standard library only.

Nothing here knows of Alexa, of words, of a clock or of files. `model` holds what the exercises
are, `plan` what one routine is made of, `planner` how it is found, `progress` where the listener
is, `way` how wishes change what is ahead, and `playhead` what is being heard.
"""
