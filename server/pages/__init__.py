"""Pages: one blueprint and one template each; a view parses, asks and renders."""
