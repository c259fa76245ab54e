"""Questions: saved queries, the code that runs queries against a store, and what is made from a store for a release."""
