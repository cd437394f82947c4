"""Waiting for a condition with a deadline; the message says what never came."""

import time


def until(condition, what, seconds=10.0, every=0.02):
    """Calls `condition` until it returns something true, which is the answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {seconds:g} s in vain for {what() if callable(what) else what}")
        time.sleep(every)
