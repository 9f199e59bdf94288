"""What a person touches."""

INTERRUPTED = 130  # the exit code of what Ctrl-C ended
