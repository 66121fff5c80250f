"""The screens of every face, and what is asked of each."""
