"""Calls one function per key when the key is due or was woken, on a few
threads; never twice at a time for the same key."""
import heapq
import threading
import time
import traceback


class Schedule:
    """Thread-safe. step(key) returns the seconds until its next call, or None
    to be called only when woken."""

    def __init__(self, step, threads, retry=0.2):
        self._step = step
        self._retry = retry
        self._due = {}
        self._heap = []
        self._busy = set()
        self._stopped = False
        self._change = threading.Condition()
        self._threads = [threading.Thread(target=self._work, daemon=True)
                         for _ in range(threads)]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        """Returns when no step is running any more."""
        with self._change:
            self._stopped = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    def wake(self, key, after=0.0):
        """Brings the next call of key forward, never back."""
        with self._change:
            self._wake(key, time.monotonic() + after)

    def _wake(self, key, due):
        if due < self._due.get(key, float("inf")):
            self._due[key] = due
            heapq.heappush(self._heap, (due, key))
            self._change.notify()

    def _next(self):
        """The key to call now; None at the end."""
        with self._change:
            while not self._stopped:
                wait = None
                while self._heap:
                    due, key = self._heap[0]
                    # An entry that was overtaken by an earlier one.
                    if self._due.get(key) != due:
                        heapq.heappop(self._heap)
                        continue
                    wait = due - time.monotonic()
                    if wait > 0:
                        break
                    heapq.heappop(self._heap)
                    if key in self._busy:
                        # Its own thread sees to it when it is done.
                        self._due[key] = -1.0
                        continue
                    del self._due[key]
                    self._busy.add(key)
                    # There may be more that is due.
                    self._change.notify()
                    return key
                self._change.wait(wait)
            return None

    def _work(self):
        while (key := self._next()) is not None:
            try:
                after = self._step(key)
            except ConnectionError:
                after = self._retry
            except Exception:  # pylint: disable=broad-except
                # One pod's trouble is not the end of all others.
                traceback.print_exc()
                after = self._retry
            with self._change:
                self._busy.discard(key)
                if self._due.get(key) == -1.0:
                    del self._due[key]
                    after = 0.0
                if after is not None:
                    self._wake(key, time.monotonic() + after)
