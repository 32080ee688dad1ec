"""Static files: packed for the way, kept by the browser for a year, and the same for everybody."""

from flask import Flask, Response, request
from flask_compress import Compress

# Texts of the program alone: packing a page would let a stranger guess its secrets by its length.
BROTLI_LEVEL = 6
PACKED = ("text/css", "text/javascript", "image/svg+xml")


def keep_for_a_year(response: Response) -> Response:
    """Let every browser and proxy keep a static file whose address changes with its content."""
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
        response.cache_control.public = True
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
    return response


def init_app(app: Flask) -> None:
    """Pack static files where the browser can unpack them, and let it keep them."""
    app.config.update(
        COMPRESS_MIMETYPES=PACKED, COMPRESS_ALGORITHM_STREAMING=("br", "deflate"), COMPRESS_BR_LEVEL=BROTLI_LEVEL
    )
    Compress(app)
    app.after_request(keep_for_a_year)
