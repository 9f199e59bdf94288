"""The steps of a turn, one verb a file."""
