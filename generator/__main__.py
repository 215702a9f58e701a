"""`python -m generator` is `pmp`."""

from generator.start import main

if __name__ == "__main__":
    main()
