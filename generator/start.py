"""The entry point of `pmp`: what was asked before, and still holds, is said again at once; all else goes to `cli`."""

from __future__ import annotations

import sys

from generator import unchanged


def main() -> None:
    """Answer the command line, and exit."""
    asked = unchanged.question(sys.argv[1:])
    if asked and (said := asked.said()):
        status, words = said
        sys.stdout.write(words)
        sys.exit(status)

    from generator import cli

    cli.main(asked)
