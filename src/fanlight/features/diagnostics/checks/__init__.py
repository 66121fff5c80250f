"""One file for each symptom. Each offers ``CHECK`` and is found by its place."""
