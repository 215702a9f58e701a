"""Authored files -> Library, and the problems on the way."""
