"""The steps of a reflection."""
