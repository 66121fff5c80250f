"""Ways to an exchange, one folder each; they know no database, no feature and not one another."""
