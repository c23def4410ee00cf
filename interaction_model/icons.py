"""The skill's icon, drawn by code: a sole within the ring of a clock that has run two thirds.

Shapes are signed distances (negative inside) on a square from -0.5 to 0.5, y down, so that every
size has smooth edges without sampling a pixel more than once. The print is a right foot's: its big
toe is on the left. Run it with a path to look at the icon.
"""

import math
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Final

import click

Colour = tuple[int, int, int]
Point = tuple[float, float]

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
"""How a PNG begins (RFC 2083, 3.1)."""

GROUND: Final = (14, 78, 92)
TRACK: Final = (33, 110, 124)
HAND: Final = (255, 196, 77)
SOLE: Final = (255, 255, 255)

# The store shows icons in a circle, so nothing but the ground lies outside of 0.47.
RING_RADIUS: Final = 0.408
RING_HALF_WIDTH: Final = 0.033
RUN: Final = 2 / 3

# x, y and radius. What lies under a foot that stands; joined as if the discs were drops.
PADS: Final = (
    (0.018, 0.250, 0.084),  # heel
    (0.052, 0.130, 0.054),  # outer edge
    (0.066, 0.016, 0.064),  # the little toe's side of the ball
    (-0.036, -0.050, 0.098),  # the big toe's side of the ball
)
DROP: Final = 0.1
TOES: Final = (
    (-0.092, -0.234, 0.057),
    (0.005, -0.258, 0.037),
    (0.075, -0.232, 0.033),
    (0.129, -0.183, 0.029),
    (0.163, -0.122, 0.025),
)
# Nothing of the foot lies farther from the centre than this; most pixels need not ask.
FOOT_RADIUS: Final = 0.355


@cache
def draw(size: int) -> bytes:
    """Draw the icon, *size* pixels wide and high, as a PNG of 8 bits for each of three colours.

    It takes most of a second at 512, once.
    """
    rows = bytearray()
    for row in range(size):
        rows.append(0)  # this row's bytes are as they are: no filter (RFC 2083, 6)
        for column in range(size):
            at = ((column + 0.5) / size - 0.5, (row + 0.5) / size - 0.5)
            rows.extend(_colour(at, size))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(rows), 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def picture(png: bytes) -> tuple[bytes, bytes]:
    """Give the header and the pixels of what `draw` made, or nothing for any other bytes.

    The same pixels have other bytes where zlib is another, so this is what tells icons apart.
    """
    if not png.startswith(SIGNATURE):
        return b"", b""
    rest = png[len(SIGNATURE) :]
    found = {}
    while len(rest) >= 12:  # noqa: PLR2004 - length, name and checksum, of four bytes each
        end = 8 + int.from_bytes(rest[:4], "big")
        found[rest[4:8]] = rest[8:end]
        rest = rest[end + 4 :]
    try:
        return found.get(b"IHDR", b""), zlib.decompress(found.get(b"IDAT", b""))
    except zlib.error:
        return b"", b""


def _colour(at: Point, size: int) -> Colour:
    away = math.hypot(*at)
    if away <= FOOT_RADIUS:
        return _mix(GROUND, SOLE, _foot(at), size)
    ring = abs(away - RING_RADIUS) - RING_HALF_WIDTH
    return _mix(_mix(GROUND, TRACK, ring, size), HAND, _hand(at, ring), size)


def _mix(under: Colour, over: Colour, distance: float, size: int) -> Colour:
    """Lay *over* on *under* where *distance* is inside; a pixel on the edge gets some of both."""
    share = min(max(0.5 - distance * size, 0.0), 1.0)
    red, green, blue = (
        round(low + (high - low) * share) for low, high in zip(under, over, strict=True)
    )
    return red, green, blue


def _hand(at: Point, ring: float) -> float:
    """The part of the ring from twelve o'clock on that has run, with round ends."""
    x, y = at
    turn = math.atan2(x, -y) / math.tau % 1
    end = RUN * math.tau
    ends = ((0.0, -RING_RADIUS), (RING_RADIUS * math.sin(end), -RING_RADIUS * math.cos(end)))
    caps = min(math.dist(at, cap) for cap in ends) - RING_HALF_WIDTH
    return ring if turn <= RUN else caps


def _foot(at: Point) -> float:
    sole = math.inf
    for x, y, radius in PADS:
        sole = _joined(sole, math.dist(at, (x, y)) - radius)
    return min(sole, *(math.dist(at, (x, y)) - radius for x, y, radius in TOES))


def _joined(one: float, other: float) -> float:
    """The nearer of two shapes, with the gap between them filled as between drops."""
    gap = max(DROP - abs(one - other), 0.0) / DROP if math.isfinite(one) else 0.0
    return min(one, other) - gap * gap * DROP / 4


def _chunk(name: bytes, body: bytes) -> bytes:
    """One part of a PNG (RFC 2083, 3.2)."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--size", default=512, show_default=True, help="Pixels wide and high.")
def save(path: Path, size: int) -> None:
    """Draw the icon into the file PATH."""
    path.write_bytes(draw(size))


if __name__ == "__main__":
    save()
