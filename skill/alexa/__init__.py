"""Alexa: her requests are verified and read, and replies become her responses.

Rule: the only room that imports the Alexa Skills Kit (`ask_sdk_*`).
"""
