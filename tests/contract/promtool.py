"""What promtool says of metrics."""
import os
import subprocess


def complaints(text):
    """Of an exposition, bytes; "": none."""
    program = os.environ.get("PROMTOOL")
    if not program:
        raise RuntimeError("PROMTOOL names no promtool (fix: make test-contract "
                           "or make test-e2e, which fetch one)")
    done = subprocess.run([program, "check", "metrics"], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    said = done.stdout.decode()
    return said or (f"status {done.returncode}" if done.returncode else "")
