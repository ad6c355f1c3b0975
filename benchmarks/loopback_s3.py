"""An S3 on loopback that serves one file and throws away what is written: the floor that a door is measured over.

`python -m benchmarks.loopback_s3 FILE` prints its port and ends when its standard input does.
"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_PIECE = 1024 * 1024


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    file: Path

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        """The source is there, nothing else is."""
        if self.path.startswith("/source/"):
            self._answer(length=self.file.stat().st_size)
        else:
            self._answer(status=404)

    def do_GET(self) -> None:
        """Send the file."""
        self._answer(length=self.file.stat().st_size)
        with self.file.open("rb") as content:
            while piece := content.read(_PIECE):
                self.wfile.write(piece)

    def do_PUT(self) -> None:
        """Take a part, a small object or a copy."""
        self._drain()
        copied = "x-amz-copy-source" in self.headers
        self._answer(b'<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>' if copied else b"")

    def do_POST(self) -> None:
        """Begin or complete an upload."""
        self._drain()
        begun = self.path.endswith("?uploads")
        name = "InitiateMultipartUploadResult" if begun else "CompleteMultipartUploadResult"
        self._answer(f"<{name}><UploadId>u</UploadId></{name}>".encode())

    def do_DELETE(self) -> None:
        """Nothing is kept anyway."""
        self._answer(status=204)

    def _drain(self) -> None:
        left = int(self.headers.get("Content-Length", 0))
        while left:
            left -= len(self.rfile.read(min(left, _PIECE)))

    def _answer(self, body: bytes = b"", *, status: int = 200, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("ETag", '"e"')
        self.send_header("x-amz-version-id", "v1")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve until the parent closes the pipe."""
    _Handler.file = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
