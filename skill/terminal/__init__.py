"""What a person types and sees: the command `foot-routine`.

Rule: nothing imports it. Each command imports what it needs when it runs.
"""
