"""A stub of Kaggle's API on 127.0.0.1, for the published `kaggle` client: it takes what is sent and keeps it.

The client reaches it as an HTTP proxy: with KAGGLE_API_ENVIRONMENT=LOCALHOST it talks to `http://localhost`,
and every proxy variable leads here, so whatever else it might try to reach arrives here too and is noted in
`foreign`. The calls are those of kagglesdk 0.1 (POST of JSON to /api/v1/<service>/<method>, PUT of a blob).
"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

API = "/api/v1/"


class StubKaggle:
    """The server, and what it was sent: `calls` (method, body), `blobs` by token, `foreign` requests."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.names: dict[str, str] = {}
        self.blobs: dict[str, bytes] = {}
        self.foreign: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> StubKaggle:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def environment(self, home: Path) -> dict[str, str]:
        """All the variables that the client gets: nothing of this session's, and no way but to the stub."""
        here = f"http://127.0.0.1:{self._server.server_address[1]}"
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"), here)
        return {
            "HOME": str(home),
            "TMPDIR": str(home),
            "PATH": "/usr/bin:/bin",
            "KAGGLE_CONFIG_DIR": str(home / ".kaggle"),
            "KAGGLE_API_ENVIRONMENT": "LOCALHOST",
            "KAGGLE_USERNAME": "ann",
            "KAGGLE_KEY": "dummy",
            "no_proxy": "",
            "NO_PROXY": "",
            **proxies,
        }

    def run(self, python: Path, home: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run the client of that Python's environment: `kaggle` with these arguments."""
        environment = self.environment(home)
        assert "KAGGLE_API_TOKEN" not in environment  # it would be believed before the dummy key
        assert environment["KAGGLE_API_ENVIRONMENT"] == "LOCALHOST"  # any other value leads to the real site
        command = [str(python.parent / "kaggle"), *arguments]
        return subprocess.run(
            command,
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def sent(self, method: str) -> dict[str, Any]:
        """The body of the last call of a method."""
        return [body for name, body in self.calls if name == method][-1]

    def expanded(self, files: Sequence[dict[str, Any]]) -> dict[str, bytes]:
        """The sent files by path as Kaggle shows them: a zip is expanded to a folder of its name."""
        found: dict[str, bytes] = {}
        for file in files:
            name, content = self.names[file["token"]], self.blobs[file["token"]]
            if name.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    found |= {f"{name[:-4]}/{inner}": archive.read(inner) for inner in archive.namelist()}
            else:
                found[name] = content
        return found

    def answer(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a call."""
        if method == "blobs.BlobApiService/StartBlobUpload":
            token = f"token-{len(self.names)}"
            self.names[token] = body["name"]
            return {"token": token, "createUrl": f"http://localhost/upload/{token}"}
        if method == "datasets.DatasetApiService/GetDatasetStatus":
            if any([name.endswith("/CreateDataset") for name, _ in self.calls]):
                return {"status": "ready"}
            return {"code": 404, "message": "Dataset not found"}
        if method.startswith("datasets.DatasetApiService/CreateDataset"):
            return {
                "status": "ok",
                "ref": "/ann/kaggle-batt",
                "url": "http://localhost/datasets/ann/kaggle-batt",
            }
        if method == "competitions.CompetitionApiService/StartSubmissionUpload":
            self.names["submission"] = body["fileName"]
            return {"token": "submission", "createUrl": "http://localhost/upload/submission"}
        if method == "competitions.CompetitionApiService/CreateSubmission":
            return {"message": f"Successfully submitted to {body['competitionName']}", "ref": 7}
        if method == "competitions.CompetitionApiService/GetSubmission":
            return {"ref": 7, "status": "COMPLETE", "publicScore": "12.5"}
        if method == "kernels.KernelsApiService/SaveKernel":
            return {"ref": "/ann/x", "url": "http://localhost/code/ann/x", "versionNumber": 1, "error": ""}
        return {"code": 404, "message": f"the stub knows no {method}"}


def _handler(stub: StubKaggle) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One request of the client's."""

        def do_POST(self) -> None:
            path = self._path()
            method = path.removeprefix(API) if path else ""
            body = json.loads(self._content() or b"{}")
            answer = stub.answer(method, body) if path else {"code": 403, "message": "not this host"}
            stub.calls.append((method, body))
            self._reply(int(answer.get("code", 200)), json.dumps(answer).encode())

        def do_PUT(self) -> None:
            path = self._path()
            if path and path.startswith("/upload/"):
                stub.blobs[path.removeprefix("/upload/")] = self._content()
            self._reply(200 if path else 403, b"{}")

        def do_CONNECT(self) -> None:
            stub.foreign.append(self.path)
            self._reply(403, b"{}")

        def do_GET(self) -> None:
            self._path()
            self._reply(404, b"{}")

        def _path(self) -> str | None:
            """The path on the stub; None, and noted, for any other host."""
            url = urlsplit(self.path)
            if (url.scheme, url.netloc) == ("http", "localhost"):
                return url.path
            stub.foreign.append(self.path)
            return None

        def _content(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def _reply(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    return Handler
