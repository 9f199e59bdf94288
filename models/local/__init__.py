"""How the local mind reads questions, weighs sentences as evidence, and quotes them."""
