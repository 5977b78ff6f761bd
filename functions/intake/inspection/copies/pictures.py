"""Pictures without what cameras and programs write into them: places, names, comments, small copies of themselves."""

import struct

from intake.inspection.sniff import PNG_MAGIC

_JPEG = b"\xff\xd8"
# What a PNG needs to look the same (ISO/IEC 15948, 11.2 and 11.3); text, time and EXIF are not among it.
_PNG_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"}
)
# JPEG (ITU T.81, B.1.1.3): application data but JFIF, ICC profile and Adobe's colour transform, and comments.
_DROPPED_SEGMENTS = frozenset({0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE})
_ICC, _APP2, _START_OF_SCAN = b"ICC_PROFILE\0", 0xE2, 0xDA
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def strip_picture(data: bytes) -> bytes:
    """The picture without what is not seen; what is neither JPEG nor PNG, or not whole, stays as it is."""
    try:
        if data.startswith(PNG_MAGIC):
            return _strip_png(data)
        if data.startswith(_JPEG):
            return _strip_jpeg(data)
    except (struct.error, IndexError):
        pass  # a picture that is cut off: whatever draws it decides
    return data


def _strip_png(data: bytes) -> bytes:
    kept, at, kind = [PNG_MAGIC], len(PNG_MAGIC), b""
    while kind != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if kind in _PNG_CHUNKS:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
        if at > len(data):
            return data
    return b"".join(kept)


def _strip_jpeg(data: bytes) -> bytes:
    kept, at = [_JPEG], 2
    while True:
        if data[at] != 0xFF:
            return data
        marker = data[at + 1]
        if marker == 0xFF:  # fill bytes before a marker
            at += 1
            continue
        if marker == _START_OF_SCAN:
            end = data.rfind(b"\xff\xd9")
            return b"".join(kept) + data[at : end + 2 if end > at else len(data)]
        length = 0 if marker in _WITHOUT_LENGTH else struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at : at + 2 + length]
        is_foreign = marker == _APP2 and not segment[4:].startswith(_ICC)
        if marker not in _DROPPED_SEGMENTS and not is_foreign:
            kept.append(segment)
        at += 2 + length
