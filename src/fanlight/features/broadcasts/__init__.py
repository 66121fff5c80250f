"""What the exchange tells everybody: announcements, in every language, from a time of their own."""
