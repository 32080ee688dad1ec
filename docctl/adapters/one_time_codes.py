"""One-time codes of an authenticator app (RFC 6238), and the recovery codes for when the device is lost."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
STEPS_EITHER_WAY = 1
RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_LENGTH = 16


def new_seed() -> str:
    """Return a random seed for a new device."""
    return secrets.token_hex(24)


def device_key(seed: str, secret_key: str) -> str:
    """Return the key that is shared with the device, in base32; the database alone does not give it away."""
    digest = hmac.digest(secret_key.encode(), f"second factor {seed}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:20]).decode()


def address_for(key: str, login: str, organisation: str) -> str:
    """Return the address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(key, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name=organisation)


def step_of(key: str, code: str, now: datetime) -> int:
    """Return the step of time whose code this is, or 0; a clock may be wrong by one step either way."""
    device, present = pyotp.TOTP(key, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    steps = range(present - STEPS_EITHER_WAY, present + STEPS_EITHER_WAY + 1)
    if not code.isascii():
        return 0
    matching = [step for step in steps if hmac.compare_digest(device.generate_otp(step), code)]
    return max(matching, default=0)


def new_recovery_code() -> str:
    """Return a recovery code, in groups of four letters that nobody confuses."""
    letters = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4))
