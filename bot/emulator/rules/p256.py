"""ECDSA on the curve P-256, for the ES256 tokens of LIFF.

Plain arithmetic with no care for timing: good for tokens that an emulator makes up, and for
nothing else.
"""

import hashlib
import hmac
from typing import Final, TypeAlias

#: x and y; None is the point at infinity.
Point: TypeAlias = tuple[int, int] | None

P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_A: Final = -3
G: Final[Point] = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_BYTES: Final = 32


def _add(p: Point, q: Point) -> Point:
    if p is None or q is None:
        return p or q
    (x1, y1), (x2, y2) = p, q
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    rise, run = (3 * x1 * x1 + _A, 2 * y1) if p == q else (y2 - y1, x2 - x1)
    slope = rise * pow(run, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def multiply(factor: int, point: Point) -> Point:
    """Return a multiple of a point."""
    result: Point = None
    while factor:
        if factor & 1:
            result = _add(result, point)
        point = _add(point, point)
        factor >>= 1
    return result


def sign(private: int, message: bytes) -> bytes:
    """Return the signature, r and s of 32 bytes each."""
    digest = hashlib.sha256(message).digest()
    key = private.to_bytes(_BYTES)
    counter = 0
    while True:
        seed = hmac.new(key, digest + bytes([counter]), hashlib.sha256).digest()
        k = int.from_bytes(seed) % (N - 1) + 1
        point = multiply(k, G)
        r = point[0] % N if point else 0
        s = pow(k, -1, N) * (int.from_bytes(digest) + r * private) % N
        if r and s:
            return r.to_bytes(_BYTES) + s.to_bytes(_BYTES)
        counter += 1


def verify(public: Point, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is the key holder's."""
    r, s = int.from_bytes(signature[:_BYTES]), int.from_bytes(signature[_BYTES:])
    if not (0 < r < N and 0 < s < N):
        return False
    digest = int.from_bytes(hashlib.sha256(message).digest())
    inverse = pow(s, -1, N)
    point = _add(multiply(digest * inverse % N, G), multiply(r * inverse % N, public))
    return point is not None and point[0] % N == r
