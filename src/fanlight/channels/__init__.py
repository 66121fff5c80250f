"""Ways to talk: the contract every channel keeps, and one folder an adapter."""
