"""The exit codes that are not typer's own."""

INTERRUPTED = 130  # of what Ctrl-C ended
