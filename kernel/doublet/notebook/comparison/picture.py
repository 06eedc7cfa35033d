"""Pictures: the same, or not judged; the numbers in them are judged where the notebook has them as data."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doublet.notebook.comparison.agreement import Agreement, Judgement
from doublet.notebook.comparison.result import Result

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Picture"]

_PIXELS = 50_000_000


@dataclass(frozen=True)
class Picture(Result):
    """A picture of the MIME type `kind`; `data` is base64, or text for those that are."""

    kind: str
    data: str

    @property
    def what(self) -> str:
        return "picture"

    def against(self, other: Self) -> Judgement:
        if self.kind == other.kind and (self.data == other.data or _pixels(self.data) == _pixels(other.data) is not None):
            return Judgement(Agreement.IDENTICAL, self.what)
        return Judgement(Agreement.UNJUDGED, self.what, "another picture, which is not judged: show the numbers in it, too")


def _pixels(data: str) -> tuple[tuple[int, int], bytes] | None:
    """Size and pixels, for what files say besides (the version that wrote them) is no part of the picture."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(base64.b64decode(data, validate=False))) as image:
            if image.width * image.height > _PIXELS:
                return None
            return image.size, image.convert("RGBA").tobytes()
    except (OSError, ValueError, binascii.Error, Image.DecompressionBombError):
        return None
