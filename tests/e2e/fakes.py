"""Containers without processes, for thousands of pods: one thread listens on
every pod's address and answers like tests/contract/fake_instance.py."""
import asyncio
import json
import resource
import threading
import uuid


class Fakes:
    """Starts containers as listeners of one shared server. behaviour(pod)
    gives each pod's Behaviour. Thread-safe."""

    # Every change is told.
    poll = None

    def __init__(self, behaviour):
        self._behaviour = behaviour
        # Two files a pod: its listener and a caller's connection.
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever,
                                        daemon=True)
        self._thread.start()

    def start(self, pod, spec, address, _node, woken):
        container = FakeContainer(self, self._behaviour(pod), woken)
        ports = [port["containerPort"] for port in spec.get("ports", [])]
        self.run(container.listen(address, ports or [8080]))
        return container

    def forget(self, pod):
        """It has no files."""

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(
            coroutine, self._loop).result(30)

    def close(self):
        self.run(self._cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @staticmethod
    async def _cancel_all():
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class FakeContainer:
    pid = None

    def __init__(self, fakes, behaviour, woken):
        self._fakes = fakes
        self._behaviour = behaviour
        self._woken = woken
        self._frozen = asyncio.Event()
        self._servers = []
        self._open = set()
        self._exit = None
        self._warming = None
        self.ready = False
        self.instance = uuid.uuid4().hex[:16]
        if not behaviour.silent:
            self._frozen.set()

    async def listen(self, address, ports):
        for port in ports:
            self._servers.append(await asyncio.start_server(
                self._serve, address, port))

    # As of a process.

    def exit_code(self):
        return self._exit

    def answers(self, probe):
        """What a probe would find, without asking."""
        if not self._frozen.is_set():
            return False
        path = probe.get("httpGet", {}).get("path", "/")
        return self.ready or path != "/readyz"

    def terminate(self):
        self._end(0)

    def kill(self):
        self._end(137)

    def freeze(self):
        self._fakes.run(self._set_frozen(True))

    def thaw(self):
        self._fakes.run(self._set_frozen(False))

    async def _set_frozen(self, frozen):
        (self._frozen.clear if frozen else self._frozen.set)()
        self._woken()

    def _end(self, code):
        if self._exit is None:
            self._fakes.run(self._close())
            self._exit = code
            self._woken()

    async def _close(self):
        for server in self._servers:
            server.close()
        for writer in list(self._open):
            writer.transport.abort()

    # HTTP.

    async def _serve(self, reader, writer):
        self._open.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = _header(head, "content-length")
                if length:
                    await reader.readexactly(int(length))
                await self._frozen.wait()
                status, value = await self._answer(*head.split(" ", 2)[:2])
                body = json.dumps(value).encode()
                writer.write(
                    f"HTTP/1.1 {status} -\r\nContent-Type: application/json"
                    f"\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, method, target):
        path = target.split("?")[0]
        if method == "POST" and path == "/warmup":
            return 200, await self._warm_up()
        return 503 if path == "/readyz" and not self.ready else 200, {
            "state": "ready" if self.ready else "cold",
            "instance_id": self.instance, "ready": self.ready,
            "queue": {"accepted": 0}}

    async def _warm_up(self):
        already = self.ready
        if self._warming is None:
            self._warming = asyncio.ensure_future(
                asyncio.sleep(self._behaviour.warm_seconds))
        # A caller that goes away does not end the warm-up.
        await asyncio.shield(self._warming)
        if not self.ready:
            self.ready = True
            self._woken()
        return {"state": "ready", "instance_id": self.instance,
                "already_warm": already, "verified": {"canary": True},
                "phases": [{"name": "first_inference", "start_ms": 0,
                            "duration_ms": 5}]}


def _header(head, name):
    for line in head.split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return None
