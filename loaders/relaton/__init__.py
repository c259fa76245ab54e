"""Relaton: bibliographic records of standards in YAML, from any body, in archives or folders."""

from loaders.relaton.load import load

__all__ = ["load"]
