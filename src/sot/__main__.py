"""`python -m sot` is the same program as `sot`."""

from sot.cli import main

if __name__ == "__main__":
    main()
