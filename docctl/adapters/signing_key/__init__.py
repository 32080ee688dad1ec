"""The library's own Ed25519 keys, and those of witnesses: what they sign, and whether somebody else did."""

from docctl.adapters.signing_key.key_folder import KeyFolder
from docctl.adapters.signing_key.keys import (
    SigningKey,
    cosigned_at,
    fingerprint_of,
    is_signed_by,
    read_if_whole,
    signatures_of,
    signer_in,
)

__all__ = [
    "KeyFolder",
    "SigningKey",
    "cosigned_at",
    "fingerprint_of",
    "is_signed_by",
    "read_if_whole",
    "signatures_of",
    "signer_in",
]
