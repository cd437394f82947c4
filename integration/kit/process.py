"""A child process that never outlives its parent, ended by its own pid only. The parent is the thread that starts it: the
kernel sends the signal of prctl(PR_SET_PDEATHSIG) when that thread ends."""

import ctypes
import os
import signal
import subprocess
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1  # prctl(2)


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    def __init__(self, arguments, log, env=None, cwd=None):
        self.log = Path(log)
        with open(self.log, "ab") as out:
            self._child = subprocess.Popen(
                [str(a) for a in arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                preexec_fn=_die_with_parent,
                start_new_session=True,
            )  # Ctrl-C at the terminal is for the parent alone
        self.pid = self._child.pid

    def alive(self):
        return self._child.poll() is None

    @property
    def exit_code(self):
        return self._child.poll()

    def send(self, number):
        if self.alive():
            os.kill(self.pid, number)

    def wait(self, seconds):
        return self._child.wait(seconds)

    def kill(self):
        """SIGKILL, also when stopped; waits until it is gone."""
        self.send(signal.SIGKILL)
        return self._child.wait(10)

    def end(self, seconds=10, number=signal.SIGTERM):
        """Asks it to leave; kills it when it does not. Returns the exit code, -9 when it had to be killed."""
        self.send(signal.SIGCONT)
        self.send(number)
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def cpu_seconds(self):
        """Of the threads that run, to the nanosecond: a clock tick is as much as 100,000 rows."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass  # it ended
        return total / 1e9

    def resident_kib(self):
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        raise AssertionError("no Pss in smaps_rollup")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))
