"""What every door to the articles shares: who reads, searching, and how an article is told."""
