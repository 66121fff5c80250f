"""What the desk does. No web framework, no vendor: those live above and beside."""
