"""Alexa's side, offline: devices that hear, speak and keep time, and a stage to act on.

Rule: it talks to the skill through request and response JSON only.
"""
