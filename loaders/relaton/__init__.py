"""Relaton: bibliographic records of standards in YAML, from any body, in archives or folders."""
