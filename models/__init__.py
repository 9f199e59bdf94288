"""Everything that judges language."""
