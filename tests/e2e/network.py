"""A network of one's own, in which every pod address is this machine's.

Linux only. The namespace has no name: it is gone with its last process.
"""
import ctypes
import ipaddress
import os
import socket
import subprocess

PODS = ipaddress.ip_network("10.244.0.0/16")
SERVICES = ipaddress.ip_network("10.96.0.0/16")
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def own_network():
    """Moves this process into a new network namespace; answers the one it has
    left. Call it before the first thread starts: a thread that runs already
    would stay outside."""
    left = namespace_of()
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("own_network() after a thread was started")
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    flags = _CLONE_NEWNET | (_CLONE_NEWUSER if user else 0)
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "no network namespace of our own "
                      "(run as root, or allow user namespaces)")
    if user:
        # Root over the new namespace only, to set up its loopback device.
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"),
                           ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    ip = "/sbin/ip"
    subprocess.run([ip, "link", "set", "lo", "up"], check=True)
    # Routes and not 65,536 addresses. Endpoints refuse 127.0.0.0/8.
    for addresses in (PODS, SERVICES):
        subprocess.run([ip, "route", "add", "local", str(addresses), "dev",
                        "lo"], check=True)
    return left


def namespace_of(pid="self"):
    return os.readlink(f"/proc/{pid}/ns/net")


def free_port(host="127.0.0.1"):
    """A port that nobody listens on and that nobody is told twice."""
    while True:
        with socket.socket() as one:
            one.bind((host, 0))
            port = one.getsockname()[1]
        if port not in _told:
            _told.add(port)
            return port


_told = set()


class PodAddresses:
    """Hands out the addresses of PODS; an address is not used again before
    all others were."""

    def __init__(self):
        # Not .0.x, where a node's own address lies.
        self._next = 256
        self._used = set()

    def take(self):
        for _ in range(PODS.num_addresses):
            number = self._next
            self._next += 1
            if self._next >= PODS.num_addresses - 1:
                self._next = 256
            if number % 256 not in (0, 255) and number not in self._used:
                self._used.add(number)
                return str(PODS[number])
        raise RuntimeError("no pod address is free")

    def give_back(self, address):
        self._used.discard(int(ipaddress.ip_address(address))
                           - int(PODS.network_address))
