"""What can be said: terms, addresses, shapes and consistency. Imports nothing of ours."""
