"""A relay that delays and throttles, as a process of its own: python3 -m stories.delay PORT TARGET MS BYTES_PER_SECOND.
Bytes to the target leave MS/2 after they came, and so do the answers; BYTES_PER_SECOND (0: any) bounds what goes to the
target, all connections together. One line for each "report" on standard input: bytes and reads from the clients."""

import asyncio
import socket
import sys
import time


class Relay:
    def __init__(self, target, delay, rate):
        self.target, self.delay, self.rate = target, delay, rate
        self.bytes, self.reads, self.free_at = 0, 0, time.monotonic()

    async def serve(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        for each in (writer, far_writer):
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(self.pump(reader, far_writer, True), self.pump(far_reader, writer, False))

    async def pump(self, source, sink, counted):
        """Reads go on while what was read waits for its time, as on a long wire; but not beyond 64 pieces."""
        queue = asyncio.Queue(64)

        async def deliver():
            while True:
                due, data = await queue.get()
                if data is None:
                    return
                pause = due - time.monotonic()
                if pause > 0:
                    await asyncio.sleep(pause)
                if counted and self.rate:
                    self.free_at = max(self.free_at, time.monotonic()) + len(data) / self.rate
                    await asyncio.sleep(max(0, self.free_at - time.monotonic()))
                sink.write(data)
                await sink.drain()

        delivery = asyncio.ensure_future(deliver())
        try:
            while data := await source.read(65536):
                if counted:
                    self.bytes += len(data)
                    self.reads += 1
                await queue.put((time.monotonic() + self.delay, data))
            await queue.put((0, None))
            await delivery
        except (ConnectionError, asyncio.CancelledError):
            delivery.cancel()
        finally:
            sink.close()


async def main():
    port, target, milliseconds, rate = (int(word) for word in sys.argv[1:5])
    relay = Relay(target, milliseconds / 2000, rate)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", port, limit=65536)
    loop = asyncio.get_running_loop()
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    async with server:
        while await commands.readline():
            print(relay.bytes, relay.reads, flush=True)


asyncio.run(main())
