"""Measures over item-level records: shares, concentration and trends under each rule of attribution.

`stored.triples` makes the observations that a build keeps in the release. The other modules are plain functions on
lists, for any data that an analyst has: `shares`, `herfindahl` and `trend` need no store.
"""
