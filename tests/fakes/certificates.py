from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


class Authority:
    """Signs certificates, as a company's own authority does; `pem` is its certificate."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.pem = _signed(name, self._key, name, self._key)

    def sign(self, host: str) -> str:
        """Return a new key and the certificate for a host, in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        return private(key) + _signed(host, key, self._name, self._key)


def self_signed(host: str, path: Path) -> Path:
    """Write a key and a certificate for a host that signs itself to one file; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    path.write_text(private(key) + _signed(host, key, host, key))
    return path


def private(key: ec.EllipticCurvePrivateKey, password: bytes = b"") -> str:
    """Return a key in PEM, encrypted where there is a password."""
    locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, locked).decode()


def _signed(
    host: str, key: ec.EllipticCurvePrivateKey, issuer: str, issuer_key: ec.EllipticCurvePrivateKey
) -> str:
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(host))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    )
    if host == issuer:
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return made.sign(issuer_key, hashes.SHA256()).public_bytes(PEM).decode()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
