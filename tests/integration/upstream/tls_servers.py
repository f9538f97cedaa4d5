"""What servers of the tests need for TLS."""

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory


def serving(certificate: str, *, clients_of: str = "") -> ssl.SSLContext:
    """Return a server's context for a certificate and its key; `clients_of` is whose clients it lets in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_text(certificate)
        context.load_cert_chain(path)
    if clients_of:
        context.load_verify_locations(cadata=clients_of)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
