"""Whose channel it is: one-time codes, and what was seen of them (docs/channels.md)."""
