"""One-time codes as RFC 6238 has them."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from docctl.adapters import one_time_codes as codes

RFC_KEY = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_codes_are_those_of_the_published_examples(second: int, code: str) -> None:
    assert codes.step_of(RFC_KEY, code, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_wrong_by_one_step(seconds: int, counts: bool) -> None:
    at = datetime(2026, 3, 2, 9, 0, 15, tzinfo=UTC)
    shown = codes.pyotp.TOTP(RFC_KEY).at(at + timedelta(seconds=seconds))
    assert bool(codes.step_of(RFC_KEY, shown, at)) is counts


@pytest.mark.parametrize("typed", ["", "0", "abcdef", "28708", "2870822", "²87082", "٢٨٧٠٨٢"])
def test_what_is_no_code_counts_for_nothing(typed: str) -> None:
    assert codes.step_of(RFC_KEY, typed, datetime.fromtimestamp(59, UTC)) == 0


def test_the_key_of_a_device_needs_the_secret_of_the_library() -> None:
    seed = codes.new_seed()
    assert codes.device_key(seed, "one") != codes.device_key(seed, "another")
    assert codes.device_key(seed, "one") != codes.device_key(codes.new_seed(), "one")
    address = codes.address_for(codes.device_key(seed, "one"), "eve", "City of Weights")
    assert address.startswith("otpauth://totp/City%20of%20Weights:eve?secret=")
