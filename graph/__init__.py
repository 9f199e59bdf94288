"""The flow: which step follows which, and why."""
