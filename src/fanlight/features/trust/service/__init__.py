"""What is done about official sources: proposing, confirming, checking, signing."""
