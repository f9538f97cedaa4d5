"""Every table of the product: importing this module fills the metadata."""

from oblivious.billing import tables as billing
from oblivious.channels import tables as channels
from oblivious.identity import audit
from oblivious.identity import tables as identity
from oblivious.infra.database import installation, presence, revisions
from oblivious.infra.database.table import metadata

__all__ = ["audit", "billing", "channels", "identity", "installation", "metadata", "presence", "revisions"]
