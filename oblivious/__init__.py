"""Oblivious: a relay for large language models."""
