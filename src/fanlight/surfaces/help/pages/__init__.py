"""The pages of the help center, one module and one template each."""
