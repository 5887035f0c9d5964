"""Waiting for conditions, never for time."""
import time


class Late(AssertionError):
    """What was waited for did not come before the deadline."""


def wait_for(condition, what, seconds=60, every=0.05):
    """The first true value of condition(). While the API server is away a
    condition may raise ConnectionError: it counts as not yet."""
    deadline = time.monotonic() + seconds
    trouble = None
    while True:
        try:
            found = condition()
            if found:
                return found
        except ConnectionError as error:
            trouble = error
        if time.monotonic() >= deadline:
            raise Late(f"not within {seconds} s: {what}"
                       + (f" (last: {trouble})" if trouble else ""))
        time.sleep(every)
