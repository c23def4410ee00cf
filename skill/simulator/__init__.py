"""Alexa's side, offline: devices that hear, speak and keep time, and scripts to play on them.

Rule: it talks to the skill through request and response JSON only.
"""
