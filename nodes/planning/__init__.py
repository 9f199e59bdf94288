"""The steps of planning, one verb a file."""
