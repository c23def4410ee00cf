"""What is kept of one listener: state, memory, history and reminders, as data and its JSON.

Rule: data and its reading and writing only. It imports `routine`, and never a store or a clock.
"""
