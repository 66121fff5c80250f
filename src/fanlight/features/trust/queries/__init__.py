"""Every statement of this room, one subject a file."""
