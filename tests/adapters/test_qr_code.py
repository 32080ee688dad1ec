"""QR codes: they say the address, and are the same for the same address."""

import pytest

from docctl.adapters.qr_code import picture_of
from tests.factories.files.qr_codes import scanned_file


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:5000/c/KWXC1CCZ7B0B-1",
        "https://docs.riverton.example/c/KWXC1CCZ7B0B-3",
        "https://documents.of-a-very-long-name.riverton.example/of/the/town/c/KWXC1CCZ7B0B-12",
    ],
)
def test_a_code_says_the_address_when_scanned(address: str) -> None:
    assert scanned_file(picture_of(address)) == address


def test_the_same_address_gives_the_same_bytes() -> None:
    assert picture_of("https://a.example/c/1") == picture_of("https://a.example/c/1")
