"""The command `mneme`, which also stops quietly where Ctrl-C comes while it is still being read from the disk."""

import sys

from app.exit_codes import INTERRUPTED


def main() -> None:
    """Run the command line."""
    try:
        from app.cli import main as command_line

        command_line()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
