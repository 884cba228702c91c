"""A child that ends with its parent, however that ends: nothing of ours runs on unseen."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def lifeline(parent: int, how: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """What a child calls once, between fork and exec or as its first act: the kernel then ends it with `parent`.

    `how`: the signal that it gets. Linux only; elsewhere the child is told nothing, and runs on. An exec keeps it, a
    further fork does not. To be called by a child of the parent's main thread: the end of the thread counts.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None

    def tie() -> None:
        if prctl is None:
            return
        prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # gone before we could ask
            os._exit(1)

    return tie
