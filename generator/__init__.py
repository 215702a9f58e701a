"""Publishes what a health programme teaches: one set of messages, a website and printed sheets, for patients and for those who refer them.

The folders are the walk: `text`, then `content`, `rules`, `compose`, `paper` and `web`, each of which knows only those before it.
`build` says it in a sentence, and `cli` is what people type.
"""
