"""``python -m entrechat_tui`` is the ``entrechat`` program."""

import sys

from .ui.cli import main

if __name__ == "__main__":
    sys.exit(main())
