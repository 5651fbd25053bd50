# SPDX-License-Identifier: BSL-1.0
"""Starts servers for the tests, and talks to them."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time


class Server:
    """A server on a Unix socket in a folder of its own, and on TCP where it says at which port."""

    def __init__(self, command, folder):
        self.socket = os.path.join(folder, 'socket')
        # AddressSanitizer keeps freed memory for a while, which tests of memory would count.
        sanitizer = os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=8'
        self.process = subprocess.Popen(command(self.socket), stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True,
                                        env={**os.environ, 'ASAN_OPTIONS': sanitizer})
        self.port = None

    def wait(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.connect().close()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        raise RuntimeError('the server did not start: ' + str(self.process.args))

    def connect(self):
        return Peer(socket.AF_UNIX, self.socket)

    def connect_tcp(self):
        return Peer(socket.AF_INET, ('127.0.0.1', self.port))

    def stop(self):
        """Ends it as a service manager does, and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=20)
        finally:
            self.process.kill()
            self.process.stdout.close()


def ferry_cached(program, folder, *options):
    server = Server(lambda path: [program, '--port', '0', '--socket', path, *options], folder)
    line = server.process.stdout.readline()
    found = re.search(r'127\.0\.0\.1:(\d+)', line)
    if not found:
        raise RuntimeError('the server said: ' + line + server.process.stdout.read())
    server.port = int(found.group(1))
    return server.wait()


def memcached(program, folder):
    """With one thread and none behind it: its maintenance refers to items now and then, and a number
    that gets shorter meanwhile is stored otherwise."""
    user = 'root' if os.geteuid() == 0 else 'nobody'
    return Server(lambda path: [program, '-s', path, '-m', '64', '-t', '1', '-u', user, '-o',
                                'no_lru_maintainer,no_lru_crawler'], folder).wait()


def folder():
    return tempfile.TemporaryDirectory(prefix='ferry-cached-')


class Peer:
    def __init__(self, family, address):
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(address)
        self.left = bytearray()

    def send(self, data):
        self.socket.sendall(data)

    def until(self, end):
        """What arrives up to and with `end`; without it if the connection ends."""
        searched = 0
        while (at := self.left.find(end, searched)) < 0:
            searched = max(0, len(self.left) - len(end))
            more = self.socket.recv(1 << 20)
            if not more:
                at = len(self.left)
                break
            self.left += more
        found = bytes(self.left[:at + len(end)])
        del self.left[:at + len(end)]
        return found

    def to_end(self):
        """All that arrives until the server closes the connection."""
        while True:
            try:
                more = self.socket.recv(1 << 20)
            except ConnectionResetError:
                more = b''
            if not more:
                return bytes(self.left)
            self.left += more

    def ask(self, request):
        """The reply to complete requests: all that comes before the reply to `mn` behind them."""
        self.send(request + b'mn\r\n')
        reply = self.until(b'MN\r\n')
        return reply[:-4] if reply.endswith(b'MN\r\n') else reply + b'<closed>'

    def close(self):
        self.socket.close()
