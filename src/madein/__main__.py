"""``python -m madein`` is the ``madein`` command."""

from madein.cli import main

if __name__ == "__main__":
    main()
