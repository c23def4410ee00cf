"""Alexa's side, offline: a device that hears, speaks and keeps time, and scripts for it.

Rule: it reaches the skill through request and response JSON only.
"""
