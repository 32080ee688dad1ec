"""QR codes, by which a telephone opens an address that stands on paper."""

import io

import segno

DOTS_FOR_EACH_MODULE = 8
DOTS_ON_A_PAGE = 5


def picture_of(address: str) -> bytes:
    """Return the QR code of an address as a black and white PNG; the same address gives the same bytes."""
    made = io.BytesIO()
    code = segno.make(address, error="m", boost_error=False, micro=False)
    code.save(made, kind="png", scale=DOTS_FOR_EACH_MODULE, border=4)
    return made.getvalue()


def drawing_of(address: str) -> str:
    """Return the QR code of an address as an SVG drawing that stands in a page."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=DOTS_ON_A_PAGE, border=4, light="#fff", svgclass="qr-code", lineclass=None)
