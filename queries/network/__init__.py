"""The network of influence: its edges, the paths along it, and how a path is told."""
