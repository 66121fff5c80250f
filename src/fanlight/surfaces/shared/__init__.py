"""What every door shares: sessions, guards, errors as answers."""
