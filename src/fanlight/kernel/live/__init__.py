"""The live bus: wake-ups between processes. It may lose them; the database is the truth."""
