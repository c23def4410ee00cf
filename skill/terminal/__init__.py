"""What a person types and sees: the command `foot-routine`.

Rule: no other room imports it. A command imports slow modules only when it runs.
"""
