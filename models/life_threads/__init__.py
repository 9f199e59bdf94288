"""Threads of life: what runs through a person's memory over time - people, places, themes - found by rules, in three languages."""
