"""Trains the heads that ship with Mneme, each by `python -m evals.training.NAME --data FOLDER`."""
