"""The home as a whole: examined, copied, rewritten, migrated, repaired."""
