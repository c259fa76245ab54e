"""Data in: one module per source, and the build that ends with a checked release. Imports `ontology` only."""
