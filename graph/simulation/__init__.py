"""Several characters over one clock and a tree of places."""
