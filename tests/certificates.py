"""Certificates for a replica that speaks TLS: signed by itself, or by an authority that a browser trusts.

No public authority signs what is wrong, so a test has one of its own. A Chromium on Linux trusts what its
user's NSS database trusts, beside the authorities it comes with: `trusted_in` writes one, with
the very library that Chromium reads it by.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Authority", "self_signed", "trusted_in"]

_YEAR: Final = timedelta(days=365)


@dataclass
class Authority:
    """Somebody who signs certificates, known by this name."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def der(self) -> bytes:
        """Its own certificate."""
        now = datetime.now(UTC)
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        mine = _begun(self.name, self.name, self.key, now - _YEAR, now + _YEAR)
        mine = mine.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return mine.add_extension(usage, critical=True).sign(self.key, SHA256()).public_bytes(Encoding.DER)

    def sign(
        self,
        path: Path,
        valid_from: datetime,
        valid_to: datetime,
        hosts: Sequence[str] = ("127.0.0.1",),
        use: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    ) -> Path:
        """Write a certificate for these hosts, and its key, into one PEM file; use: what it is good for."""
        key = ec.generate_private_key(ec.SECP256R1())
        begun = _begun("127.0.0.1", self.name, key, valid_from, valid_to)
        if hosts:
            begun = begun.add_extension(_named(*hosts), critical=False)
        begun = begun.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        return _written(path, key, begun.sign(self.key, SHA256()))


def self_signed(
    path: Path, subject: str, valid_from: datetime, valid_to: datetime, host: str = "127.0.0.1"
) -> Path:
    """Write a certificate for a host, this machine by default, and its key, into one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    begun = _begun(subject, subject, key, valid_from, valid_to)
    return _written(path, key, begun.add_extension(_named(host), critical=False).sign(key, SHA256()))


def trusted_in(home: Path, authority: Authority) -> None:
    """Have a browser that is started with this folder as its home trust what an authority signs.

    Raises:
        OSError: NSS, which every Chromium on Linux needs, is not there or refuses.
    """
    folder = home / ".pki" / "nssdb"
    folder.mkdir(parents=True, mode=0o700)
    with _database(folder) as nss:
        slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
        _did(nss.PK11_InitPin(slot, None, b""), "PK11_InitPin")
        der = authority.der
        certificate = ctypes.c_void_p(_library("smime3").CERT_DecodeCertFromPackage(der, len(der)))
        _did(nss.PK11_ImportCert(slot, certificate, 0, authority.name.encode(), 0), "PK11_ImportCert")
        database = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
        trust = _Trust(ssl=_VALID_CA | _TRUSTED_CA | _TRUSTED_CLIENT_CA)
        _did(nss.CERT_ChangeCertTrust(database, certificate, ctypes.byref(trust)), "CERT_ChangeCertTrust")
        nss.CERT_DestroyCertificate(certificate)
        nss.PK11_FreeSlot(slot)


# `certdb.h`: what `certutil -t C,,` sets.
_VALID_CA: Final = 1 << 3
_TRUSTED_CA: Final = 1 << 4
_TRUSTED_CLIENT_CA: Final = 1 << 7


class _Trust(ctypes.Structure):
    _fields_ = (("ssl", ctypes.c_uint), ("email", ctypes.c_uint), ("object", ctypes.c_uint))


@contextmanager
def _database(folder: Path) -> Iterator[ctypes.CDLL]:
    nss = _library("nss3")
    _did(nss.NSS_InitReadWrite(f"sql:{folder}".encode()), "NSS_InitReadWrite")
    try:
        yield nss
    finally:
        _did(nss.NSS_Shutdown(), "NSS_Shutdown")


def _library(name: str) -> ctypes.CDLL:
    library = ctypes.CDLL(ctypes.util.find_library(name) or f"lib{name}.so")
    for function in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB", "CERT_DecodeCertFromPackage"):
        if hasattr(library, function):
            # An address of this machine is longer than the whole number that is taken for granted.
            getattr(library, function).restype = ctypes.c_void_p
    return library


def _did(status: int, what: str) -> None:
    if status != 0:
        raise OSError(f"{what} of NSS failed")


def _begun(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    valid_from: datetime,
    valid_to: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_to)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _written(path: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> Path:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


def _named(*hosts: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_general(host) for host in hosts])


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
