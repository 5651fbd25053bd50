#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What other clients feel of hostile ones: clients that are killed while they send, 1000 connections
that are idle, one that sends a byte a second, and 100,000 malformed requests.

    hostile.py FERRY-CACHED [--seconds N] [--map NAME]

A calm client asks a thousand times a second, when it is due, and counts each request from then. It
does so in turns of N seconds, three of each kind: alone; while the hostile clients have a server of
their own, which shows what they take of the processors; and while they have the same server. Printed
are the medians of the turns' p50, p99 and p99.9. Exit code 1: p99.9 on the same server is above 1.5
times that beside a server of their own. For a release build.
"""

import argparse
import multiprocessing
import os
import random
import signal
import statistics
import sys
import time

import peer

MALFORMED = [
    b'\r\n', b'get\r\n', b'set a\r\n', b'set a b c d\r\n', b'get ' + b'k' * 300 + b'\r\n', b'mg\r\n',
    b'ms a x\r\n', b'incr a b\r\n', b'nonsense\r\n', b'cas a 0 0 1\r\n', b'\x00\xff\r\n', b'md \r\n',
]


def calm(server, seconds):
    """Nanoseconds of each request."""
    client = server.connect()
    client.send(b'set calm 0 0 100\r\n' + b'x' * 100 + b'\r\n')
    client.until(b'STORED\r\n')
    took = []
    began = time.monotonic_ns()
    for number in range(seconds * 1000):
        due = began + number * 1_000_000
        while (wait := due - time.monotonic_ns()) > 0:
            time.sleep(wait / 1e9)
        client.send(b'get calm\r\n')
        client.until(b'END\r\n')
        took.append(time.monotonic_ns() - due)
    client.close()
    took.sort()
    return [took[len(took) * share // 1000] for share in (500, 990, 999)]


def malformed(server, seconds):
    source = random.Random(1)
    began = time.monotonic()
    for number in range(1000):
        client = server.connect()
        client.send(b''.join(source.choice(MALFORMED) for _ in range(100)))
        client.send(b'mn\r\n')
        client.until(b'MN\r\n')
        client.close()
        time.sleep(max(0.0, began + number * seconds / 1000 - time.monotonic()))


def byte_a_second(server, _):
    client = server.connect()
    for byte in b'set slow 0 0 1000\r\n' + b'y' * 1000:
        client.send(bytes([byte]))
        time.sleep(1)


def sends_without_end(server, _):
    client = server.connect()
    while True:
        client.send(b'set killed 0 0 100000\r\n' + b'z' * 50_000)
        time.sleep(0.02)
        client.send(b'z' * 50_000 + b'\r\n')


def killed(server, seconds):
    """Clients that are killed in the middle of a request, five a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        victim = os.fork()
        if victim == 0:
            try:
                sends_without_end(server, seconds)
            finally:
                os._exit(0)
        time.sleep(0.2)
        os.kill(victim, signal.SIGKILL)
        if not os.WIFSIGNALED(os.waitpid(victim, 0)[1]):
            sys.exit('a client ended before it was killed')


def calm_beside_hostile(server, theirs, seconds):
    # Before the connections, which these processes must not keep open.
    hostile = [multiprocessing.Process(target=each, args=(theirs, seconds))
               for each in (malformed, killed, byte_a_second)]
    for each in hostile:
        each.start()
    idle = [theirs.connect() for _ in range(1000)]
    try:
        return calm(server, seconds)
    finally:
        for each in hostile[:-1]:
            each.join()
        is_slow = hostile[-1].is_alive()
        hostile[-1].terminate()
        hostile[-1].join()
        if not is_slow or any(each.exitcode != 0 for each in hostile[:-1]):
            sys.exit('a hostile client ended before it should')
        for each in idle:
            each.close()


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('server')
    options.add_argument('--seconds', type=int, default=20)
    options.add_argument('--map', default='ferry')
    given = options.parse_args()
    multiprocessing.set_start_method('fork')
    kinds = {'alone': [], 'hostile clients at another server': [], 'hostile clients here': []}
    with peer.folder() as here, peer.folder() as there:
        server, other = (peer.ferry_cached(given.server, folder, '--threads', '2', '--map', given.map,
                                           '--connections', '2000') for folder in (here, there))
        for _ in range(3):
            alone, elsewhere, together = kinds.values()
            alone.append(calm(server, given.seconds))
            elsewhere.append(calm_beside_hostile(server, other, given.seconds))
            together.append(calm_beside_hostile(server, server, given.seconds))
        code = server.stop() | other.stop()
    p999 = []
    for name, turns in kinds.items():
        medians = [statistics.median(each) for each in zip(*turns)]
        print(f'{name}: ' + ', '.join(f'{label} {value / 1000:.0f} us'
                                      for label, value in zip(('p50', 'p99', 'p99.9'), medians)))
        p999.append(medians[-1])
    print(f'p99.9 here: {p999[2] / p999[1]:.2f} times that with another server, '
          f'{p999[2] / p999[0]:.2f} times that alone')
    sys.exit(1 if p999[2] > 1.5 * p999[1] or code != 0 else 0)


main()
