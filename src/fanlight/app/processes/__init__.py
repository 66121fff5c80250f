"""What `fanlight serve` is made of: the processes, and how one of them lives and ends."""
