"""The web server of the live preview: it asks for what to answer, and says it as the web does."""

from __future__ import annotations

import mimetypes
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ENDING = 0.2  # seconds, at most, that the server takes to notice its end


@dataclass(frozen=True)
class Answer:
    """What a browser gets."""

    content: bytes
    kind: str
    status: int = 200
    location: str | None = None


def kind(place: str) -> str:
    """The media type of a file, by its ending."""
    kind = "text/javascript" if place.endswith(".js") else mimetypes.guess_type(place)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in {"application/json", "application/xml"} else kind


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # a line stays open, as with any web server in use
    server: Server

    def do_GET(self) -> None:
        try:
            answer = self.server.answer(self.path)
        except Exception as fault:
            self.server.fail(fault)
            answer = Answer(b"", "text/plain", 500)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.content)))
        self.send_header("Cache-Control", "no-store")
        if answer.location:
            self.send_header("Location", answer.location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    do_HEAD = do_GET  # noqa: N815 - the names are those of the library

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads along."""


class Server(ThreadingHTTPServer):
    """Answers at HOST:PORT once it has begun: what `answer` gives for the path of an address, each in a thread of its own. What goes wrong there is told to `fail`.

    Raises OSError where this machine may not answer there.
    """

    daemon_threads = True

    def __init__(self, address: str, answer: Callable[[str], Answer], fail: Callable[[BaseException], None]) -> None:
        host, _, port = address.rpartition(":")
        self.answer, self.fail = answer, fail
        if host.startswith("["):
            self.address_family = socket.AF_INET6
        self._thread = threading.Thread(target=self.serve_forever, args=(ENDING,), daemon=True)
        super().__init__((host.strip("[]"), int(port)), _Handler)

    def begin(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def end(self) -> None:
        """Answer no longer. May be called again."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that moves on breaks off what it was loading."""
