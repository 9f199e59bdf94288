"""An OpenAI-compatible endpoint on loopback that says what a test tells it to, and misbehaves on request.

    with FakeOpenAI(Says("Hello."), Fails(429), Calls("insufficient_context", {"what": "her name"})) as endpoint:
        ChatMind("fake", base_url=endpoint.url)
        endpoint.requests[0]["messages"]

Each chat request takes the next reply; the last one repeats. Embedding requests are answered with short deterministic vectors, unless
`embeddings` holds replies of their own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Protocol

USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
FAKE_DIMENSION = 8


class Reply(Protocol):
    """What one request gets."""

    def send(self, to: "Handler", request: dict[str, Any]) -> None: ...


@dataclass(frozen=True)
class Says:
    """A text; streamed word by word where the request asks for it. Without `finish` the answer stops without saying so."""

    text: str
    finish: str | None = "stop"

    def send(self, to: "Handler", request: dict[str, Any]) -> None:
        if request.get("stream"):
            pieces = [word if at == 0 else f" {word}" for at, word in enumerate(self.text.split(" "))]
            to.stream([{"role": "assistant", "content": piece} for piece in pieces], self.finish)
        else:
            to.completion({"role": "assistant", "content": self.text}, self.finish)


@dataclass(frozen=True)
class Calls:
    """A tool call; `arguments` may be a string that is not JSON."""

    name: str
    arguments: dict[str, Any] | str
    text: str | None = None

    def send(self, to: "Handler", request: dict[str, Any]) -> None:
        arguments = self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)
        call = {"id": "call_1", "type": "function", "index": 0, "function": {"name": self.name, "arguments": arguments}}
        message = {"role": "assistant", "content": self.text, "tool_calls": [call]}
        if request.get("stream"):
            to.stream([message], "tool_calls")
        else:
            to.completion(message, "tool_calls")


@dataclass(frozen=True)
class Fails:
    """An HTTP error. Clients that wait and ask again are told to wait for a millisecond."""

    status: int
    message: str = "no"

    def send(self, to: "Handler", request: dict[str, Any]) -> None:
        body = {"error": {"message": self.message, "type": "fake", "code": None, "param": None}}
        to.body(json.dumps(body), status=self.status, headers={"retry-after-ms": "1"})


@dataclass(frozen=True)
class Garbage:
    """Any body at all."""

    text: str = "<html><body>Welcome to the router's login page</body></html>"
    content_type: str = "text/html"

    def send(self, to: "Handler", request: dict[str, Any]) -> None:
        to.body(self.text, content_type=self.content_type)


@dataclass(frozen=True)
class BreaksOff:
    """Starts to answer, and drops the connection."""

    text: str = "The name of"

    def send(self, to: "Handler", request: dict[str, Any]) -> None:
        if request.get("stream"):
            to.stream([{"role": "assistant", "content": self.text}], finish=None, ended=False)
        else:
            to.body('{"id": "cut', length=1000)
        to.close_connection = True


@dataclass(frozen=True)
class Stalls:
    """Says nothing until the test is over, or for `seconds`."""

    seconds: float = 30

    def send(self, to: "Handler", request: dict[str, Any]) -> None:
        to.server.over.wait(self.seconds)
        to.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: "FakeOpenAI"
    over: Event

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error here."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement
    server: Server

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""

    def do_GET(self) -> None:
        self.body(json.dumps({"object": "list", "data": [{"id": "fake", "object": "model"}]}))

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = self.server.endpoint.next_reply(self.path, request)
        reply.send(self, request)

    def completion(self, message: dict[str, Any], finish: str | None) -> None:
        choice = {"index": 0, "message": message, "finish_reason": finish}
        head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "fake"}
        self.body(json.dumps({**head, "choices": [choice], "usage": USAGE}))

    def stream(self, deltas: Sequence[dict[str, Any]], finish: str | None, *, ended: bool = True) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for delta in deltas:
            self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        if not ended:
            return
        if finish:
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        self._event({"choices": [], "usage": USAGE})
        self._chunk("data: [DONE]\n\n")
        self._chunk("")

    def body(
        self,
        text: str,
        *,
        status: int = 200,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        length: int | None = None,
    ) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(data) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _event(self, fields: dict[str, Any]) -> None:
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "fake"} | fields
        self._chunk(f"data: {json.dumps(chunk)}\n\n")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


@dataclass(frozen=True)
class Embeds:
    """Vectors made from the texts' hashes."""

    fewer: int = 0

    def send(self, to: Handler, request: dict[str, Any]) -> None:
        texts = [request["input"]] if isinstance(request["input"], str) else request["input"]
        rows = [{"object": "embedding", "index": at, "embedding": _vector(text)} for at, text in enumerate(texts)]
        body = {"object": "list", "model": "fake", "data": rows[: len(rows) - self.fewer], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        to.body(json.dumps(body))


def _vector(text: str) -> list[float]:
    return [byte / 255 for byte in sha256(text.encode()).digest()[:FAKE_DIMENSION]]


def as_recorded(answer: Any) -> Reply:
    """What a recording's answer is sent as: a tool call, a text, or an object as text."""
    if isinstance(answer, dict) and "name" in answer:
        return Calls(answer["name"], answer["arguments"])
    return Says(answer if isinstance(answer, str) else json.dumps(answer))


class FakeOpenAI:
    """The endpoint; a context manager.

    Attributes:
        url: The base URL, ending in /v1.
        requests: The bodies of the chat requests so far, retries included.
        embedding_requests: The bodies of the embedding requests so far.
    """

    def __init__(self, *replies: Reply, embeddings: Sequence[Reply] = ()) -> None:
        self.requests: list[dict[str, Any]] = []
        self.embedding_requests: list[dict[str, Any]] = []
        self._guard = Lock()
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.endpoint, self._server.over = self, Event()
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self.embeddings: list[Reply] = list(embeddings) or [Embeds()]
        self.now_replies(*replies)

    def now_replies(self, *replies: Reply) -> None:
        """From now on, these."""
        self.replies: list[Reply] = list(replies) or [Says("Hello.")]

    def next_reply(self, path: str, request: dict[str, Any]) -> Reply:
        """The reply to a request, which is kept."""
        with self._guard:
            if path.endswith("/embeddings"):
                self.embedding_requests.append(request)
                return _next(self.embeddings)
            if not path.endswith("/chat/completions"):
                return Fails(404, f"no {path} here")
            self.requests.append(request)
            return _next(self.replies)

    def __enter__(self) -> "FakeOpenAI":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _next(replies: list[Reply]) -> Reply:
    return replies.pop(0) if len(replies) > 1 else replies[0]
