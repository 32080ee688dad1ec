"""Password hashes by argon2id, and the one-time secrets of links."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# What OWASP recommends for argon2id: 19 MiB, two passes, worth as much as its 46 MiB and one pass at half the time.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODYS_HASH = HASHER.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Say whether the password is the one; costs the same time where there is no hash to compare with."""
    try:
        return HASHER.verify(password_hash or _NOBODYS_HASH, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Say whether a hash was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(password_hash)


def new_secret() -> str:
    """Return a secret for a one-time link."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return what is kept of a one-time secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
