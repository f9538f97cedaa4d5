"""Vendors that speak one of our dialects as it is: a few lines each, no code."""

from oblivious.adapters.providers.azure import AZURE
from oblivious.adapters.providers.china import CHINA
from oblivious.adapters.providers.hosts import HOSTS
from oblivious.adapters.providers.local import LOCAL
from oblivious.adapters.providers.makers import MAKERS
from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.providers.vertex import VERTEX

COMPATIBLE: tuple[Provider, ...] = (*MAKERS, *CHINA, *HOSTS, *AZURE, *VERTEX, *LOCAL)
