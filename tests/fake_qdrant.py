"""What can stand behind MNEME_QDRANT_URL other than Qdrant: loopback servers that are silent, hang up, or answer something else."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

SILENT = None
HANGS_UP = b""
GARBAGE = b"\x00\xff\xfegarbage\r\n\r\n"
GREATEST_REQUEST = 65_536


def http(status: int, body: str, content_type: str = "application/json") -> bytes:
    """An HTTP answer as it goes over the wire."""
    head = f"HTTP/1.1 {status} Fake\r\ncontent-type: {content_type}\r\ncontent-length: {len(body.encode())}\r\nconnection: close\r\n\r\n"
    return (head + body).encode()


@contextmanager
def standing_in(reply: bytes | None) -> Iterator[str]:
    """The address of a server that gives every request one reply; none at all where it is SILENT."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=answer_all, args=(listening, reply), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def answer_all(listening: socket.socket, reply: bytes | None) -> None:
    """Answer until the socket is shut."""
    waiting: list[socket.socket] = []
    with suppress(OSError):
        while True:
            caller, _ = listening.accept()
            if reply is SILENT:
                waiting.append(caller)
                continue
            with caller, suppress(OSError):
                caller.recv(GREATEST_REQUEST)
                caller.sendall(reply)
    for caller in waiting:
        caller.close()
