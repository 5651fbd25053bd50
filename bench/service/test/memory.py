#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What ferry-cached keeps of a memory limit: its resident size under endless new keys, and its hit
rate beside memcached's on the same requests.

    memory.py FERRY-CACHED [--memory MB] [--new-keys N] [--gets N] [--keys N] [--map NAME]

First N new keys are stored as fast as the server takes them. The resident size must stay below 1.25
times the limit. Then each server gets the same trace: GETs by Zipf's law (exponent 0.99), and a SET
after each miss, with values of 64 to 1024 bytes. ferry-cached's share of hits must not be more than 3
percentage points below memcached's. Exit code 1: one of them does not hold. Takes minutes; for a
release build.
"""

import argparse
import array
import contextlib
import itertools
import random
import shutil
import sys
import time

import peer

FILLER = bytes(range(97, 123)) * 40


def value_of(number):
    return FILLER[:64 + number * 2654435761 % 961]


def requests_to_store(numbers):
    parts = []
    for number in numbers:
        value = value_of(number)
        parts.append(b'set session:%d 0 0 %d noreply\r\n%s\r\n' % (number, len(value), value))
    return b''.join(parts)


def resident(server):
    """In MB."""
    with open(f'/proc/{server.process.pid}/status', encoding='ascii') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS:')) / 1024


@contextlib.contextmanager
def running(command):
    with peer.folder() as folder:
        server = peer.Server(command, folder).wait()
        try:
            yield server
        finally:
            code = server.stop()
        if code != 0:
            sys.exit(f'the server ended with {code}')


def endless(command, count, limit):
    """The largest resident size in MB."""
    most, began = 0, time.monotonic()
    with running(command) as server:
        client = server.connect()
        for first in range(0, count, 5000):
            client.ask(requests_to_store(range(first, min(first + 5000, count))))
            if first % 100_000 == 0 or first + 5000 >= count:
                most = max(most, resident(server))
    print(f'{count:,} new keys in {time.monotonic() - began:.0f} s: at most {most:.0f} MB resident, '
          f'{most / limit:.2f} times the limit', flush=True)
    return most


def zipf_trace(keys, gets):
    """Numbers of keys, the same for each server."""
    source = random.Random(1)
    weights = itertools.accumulate((rank + 1) ** -0.99 for rank in range(keys))
    return array.array('I', source.choices(range(keys), cum_weights=list(weights), k=gets))


def hit_rate(name, command, trace):
    with running(command) as server:
        client = server.connect()
        hits, group = 0, 50
        for first in range(0, len(trace), group):
            wanted = trace[first:first + group]
            reply = client.ask(b''.join(b'mg session:%d s\r\n' % number for number in wanted))
            # A key that is missed twice in a group counts twice, and is stored once.
            misses = {number for number, line in zip(wanted, reply.split(b'\r\n'))
                      if not line.startswith(b'HD')}
            hits += sum(number not in misses for number in wanted)
            if misses:
                client.send(requests_to_store(misses))
        print(f'{name}: {100 * hits / len(trace):.2f} % hits of {len(trace):,}, '
              f'{resident(server):.0f} MB resident', flush=True)
    return hits / len(trace)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('server')
    options.add_argument('--memory', type=int, default=256)
    options.add_argument('--new-keys', type=int, default=20_000_000)
    options.add_argument('--gets', type=int, default=10_000_000)
    options.add_argument('--keys', type=int, default=4_000_000)
    options.add_argument('--map', default='ferry')
    given = options.parse_args()

    memory = str(given.memory)

    def ours(socket):
        return [given.server, '--threads', '2', '--memory', memory, '--map', given.map, '--socket', socket]

    def theirs(socket):
        return ['memcached', '-u', 'root', '-t', '2', '-m', memory, '-s', socket]

    most = endless(ours, given.new_keys, given.memory)
    wrong = most >= 1.25 * given.memory
    if shutil.which('memcached') is None:
        print('memcached is not installed: no hit rate to compare with')
    else:
        trace = zipf_trace(given.keys, given.gets)
        rates = [hit_rate(name, command, trace)
                 for name, command in (('ferry-cached', ours), ('memcached', theirs))]
        wrong |= rates[0] < rates[1] - 0.03
    sys.exit(1 if wrong else 0)


main()
