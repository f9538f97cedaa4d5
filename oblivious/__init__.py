"""Oblivious: a relay for large language models."""

from importlib.metadata import version

__version__ = version("oblivious")
