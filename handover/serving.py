"""The web server: gunicorn with threads, set up here and nowhere else. `handover web` starts it.

No access log: addresses and references of dossiers would stand in it. Uploads and pages never touch a disk: the body is
read from the socket by our own form reader, and the only file of gunicorn's is the worker's heartbeat, which is empty.
"""

from __future__ import annotations

import argparse
import functools
import gc
import logging
import selectors
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from handover.app import create_app
from handover.bundles.destructions import replay_at_start
from handover.log import configure_logging
from handover.services import open_services
from handover.settings import Settings
from handover.web.pace import PacedSocket

WORKERS, THREADS = 2, 8
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # only the heartbeat lies there: on a busy disk it would stop a worker


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """What gunicorn has to say goes the way of all libraries' logs: where and how bad, never what."""

    def setup(self, cfg: Any) -> None:
        """Take gunicorn's own handlers away; see `handover.log`."""
        self.cfg = cfg
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
        self.error_log.propagate, self.access_log.propagate = True, False
        self.error_log.setLevel(logging.WARNING)


class PacedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn's worker with threads, over connections that must keep moving (`handover.web.pace`).

    A connection gets a thread when its first byte is there, not before.
    """

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection with a request to a thread; a new one waits beside the kept ones for its first byte."""
        if not isinstance(conn.sock, PacedSocket):
            conn.sock = PacedSocket(conn.sock)
            conn.sock.settimeout(0)
            conn.timeout = time.monotonic() + self.cfg.keepalive
            self.pending_conns.append(conn)
            self.poller.register(
                conn.sock, selectors.EVENT_READ, functools.partial(self.on_pending_socket_readable, conn)
            )
            return
        conn.sock.begin()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Serve a request in a thread, and part well from who gets no second one.

        Gunicorn would wait for the other end in the thread that serves all, and give up after 64 KB of a document.
        """
        kept = super().handle(conn)
        if kept is False:
            conn.sock.let_go()
        return kept


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """Gunicorn around the application. Each worker opens its own services: connections are not shared by a fork."""

    def __init__(self, settings: Settings, *, bind: str, workers: int = WORKERS, threads: int = THREADS) -> None:
        self._settings = settings
        self._options: dict[str, Any] = {
            "bind": [bind],
            "worker_class": PacedWorker,
            # What is sent goes by the connection's own pace; the kernel would wait for ever.
            "sendfile": False,
            "workers": workers,
            "threads": threads,
            # Of a whole worker that answers nothing at all; a long download does not count.
            "timeout": 60,
            "graceful_timeout": 10,
            "keepalive": 5,
            "worker_tmp_dir": str(IN_MEMORY) if IN_MEMORY.is_dir() else None,
            # What a proxy says is believed by our own count of proxies (trusted_proxies), and by nothing else.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,
            "logger_class": QuietLogger,
            "accesslog": None,
            "umask": 0o077,
            "proc_name": "handover-web",
            "post_worker_init": _settle,
        }
        super().__init__()

    def load_config(self) -> None:
        """Set the options above; no file and no environment of gunicorn's is read."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, in a worker."""
        configure_logging()
        return create_app(open_services(self._settings))


def _settle(_worker: object) -> None:
    """Look no more for garbage among what lives as long as the worker: one page in some twenty waited for that."""
    gc.collect()
    gc.freeze()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM: `python -m handover.serving --bind 127.0.0.1:8600`."""
    parser = argparse.ArgumentParser(prog="handover web")
    parser.add_argument("--bind", default="127.0.0.1:8600", help="HOST:PORT, unix:PATH or fd://NUMBER")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--threads", type=int, default=THREADS)
    asked = parser.parse_args(arguments)
    configure_logging()
    settings = Settings.from_environ()
    replay_at_start(settings)
    WebServer(settings, bind=asked.bind, workers=asked.workers, threads=asked.threads).run()


if __name__ == "__main__":
    main()
