"""A planned day: what was proposed for it, made into a plan that holds together."""
