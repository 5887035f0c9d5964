"""A program under test control: started, watched and ended by its own id."""
import ctypes
import os
import signal
import subprocess


_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _die_with_us():
    """The kernel kills the program when the thread that started it ends: a
    test run that is killed itself leaves nothing behind. In the child before
    its program, so that there is no moment without; one system call, since
    other threads' locks may be held for ever there."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def alive(pid):
    """Not so once it has ended, though nobody has asked for its status."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def log_end(path, size=3000):
    with open(path, "rb") as file:
        file.seek(max(0, os.path.getsize(path) - size))
        return file.read().decode(errors="replace")


class Program:
    """Thread-compatible. The log is appended to over restarts."""

    def __init__(self, name, command, log, environment=None):
        self.name = name
        self.log = log
        self._command = command
        self._environment = environment
        self._process = None

    def start(self):
        if self.running():
            raise RuntimeError(f"{self.name} runs already")
        with open(self.log, "ab") as log:
            # A session of its own: Ctrl-C reaches pytest alone, which then
            # ends the programs in order.
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, preexec_fn=_die_with_us,
                env={**os.environ, **(self._environment or {})})

    @property
    def pid(self):
        return self._process.pid if self._process else None

    def running(self):
        return self._process is not None and self._process.poll() is None

    def returncode(self):
        """None while it runs, or before a start."""
        return self._process.poll() if self._process else None

    def send(self, number):
        # Popen sends nothing to an id that it has reaped already.
        if self._process:
            self._process.send_signal(number)

    def freeze(self):
        self.send(signal.SIGSTOP)

    def thaw(self):
        self.send(signal.SIGCONT)

    def kill(self):
        """Ends it at once."""
        if self.running():
            self._process.kill()
            self._process.wait()

    def stop(self, number=signal.SIGTERM, seconds=20):
        """Ends it; with force when it does not go."""
        if not self.running():
            return
        self.send(number)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def expect_running(self):
        if not self.running():
            raise RuntimeError(f"{self.name} ended with "
                               f"{self.returncode()}:\n{log_end(self.log)}")
