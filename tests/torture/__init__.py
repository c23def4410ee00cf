"""Conversations, requests, faults and loads that nobody would think of: docs/torture.md."""
