"""Readers of conversations that were held elsewhere."""
