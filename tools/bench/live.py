"""What it costs a loop that its histogram is seen filling."""

from __future__ import annotations

from pathlib import Path

from .kernels import Kernel, Peer

__all__ = ["live"]

LIMIT = 1.02
"""How many times as long as one that nobody sees the loop may take."""

_BOOK = "import hist, pathlib\nseen = hist.Hist(hist.axis.Regular(100, 0, 1))"
_LOOP = """\
%%cpp --background --optimize 2
#include <chrono>
double loop_seconds = 0;
{{
    const auto begin = std::chrono::steady_clock::now();
    for (unsigned long i = 0, state = 1; i < 2'000'000'000; ++i) {{
        state = state * 6364136223846793005 + 1442695040888963407;
        seen(static_cast<double>(state >> 11) * 0x1p-53);
    }}
    loop_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}}
{value}"""


def live(doublet: Peer, folder: Path, rounds: int) -> str:
    """A line of a table: the best of some rounds with the picture, over the best without."""
    kernel = Kernel(doublet, folder)
    best: dict[str, float] = {}
    told = folder / "live.times"
    try:
        kernel.first_reply(_BOOK)
        for _ in range(rounds):
            for value in ("", "seen"):
                kernel.time(_LOOP.format(value=value))
                kernel.time("%cpp_wait")
                kernel.time(f"pathlib.Path({str(told)!r}).write_text(str(cpp.loop_seconds))\nNone")
                seconds = float(told.read_text(encoding="utf-8"))
                best[value] = min(seconds, best.get(value, seconds))
    finally:
        kernel.stop()
    ratio = best["seen"] / best[""]
    verdict = "ok" if ratio <= LIMIT else "OVER"
    return f"a loop of {best['']:.2f} s that is seen filling a histogram: {ratio:.3f}x of {LIMIT}x {verdict}"
