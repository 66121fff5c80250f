"""The door of agents and administrators."""
