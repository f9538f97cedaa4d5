"""The demo upstream: a real HTTP server that speaks the providers' dialects with canned replies."""

from oblivious.demo.options import DemoOptions
from oblivious.demo.upstream import DemoUpstream

__all__ = ["DemoOptions", "DemoUpstream"]
