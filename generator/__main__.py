"""`python -m generator` is `pmp`."""

from generator.cli import main

if __name__ == "__main__":
    main()
