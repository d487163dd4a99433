"""A TCP proxy in front of PostgreSQL that forwards a COMMIT and closes: did it happen? (security.md 5.3, `ambig`)

SIGUSR1 cuts the next connection that commits, SIGUSR2 cuts all that are open.
"""

import argparse
import asyncio
import signal

COMMIT = b"COMMIT\x00"  # psycopg ends a transaction by a simple query of this text


class Proxy:
    """Forwards bytes; `armed` counts how many commits are to be cut."""

    def __init__(self, to: int) -> None:
        self.to, self.armed = to, 0
        self.open: set[asyncio.StreamWriter] = set()

    def cut_all(self) -> None:
        """Close every connection at both ends without a word."""
        for writer in self.open:
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        try:
            back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, back_writer}
        self.open |= pair
        await asyncio.gather(self._forth(reader, back_writer, writer), self._carry(back_reader, writer))
        self.open -= pair

    async def _forth(
        self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(65536):
                to.write(data)
                await to.drain()
                if self.armed and COMMIT in data:
                    self.armed -= 1
                    print("cut after COMMIT", flush=True)  # noqa: T201
                    client.transport.abort()
                    await asyncio.sleep(0.5)  # the server gets the COMMIT before the connection goes
        except OSError:
            pass
        to.close()

    async def _carry(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                to.write(data)
                await to.drain()
        except OSError:
            pass
        to.close()


async def run(port: int, to: int) -> None:
    """Serve until SIGTERM."""
    proxy, loop, ended = Proxy(to), asyncio.get_running_loop(), asyncio.Event()

    def arm() -> None:
        proxy.armed += 1
        print("armed", flush=True)  # noqa: T201

    loop.add_signal_handler(signal.SIGUSR1, arm)
    loop.add_signal_handler(signal.SIGUSR2, proxy.cut_all)
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", port)
    print("ready.", flush=True)  # noqa: T201
    await ended.wait()
    server.close()
    proxy.cut_all()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--to", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(run(options.port, options.to))
