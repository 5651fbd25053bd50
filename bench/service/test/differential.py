# SPDX-License-Identifier: BSL-1.0
"""The same requests to ferry-cached and to memcached, which must answer alike.

    differential.py FERRY-CACHED [--requests N] [--seed S] [--map NAME]

Exit code 77, which means skipped, where memcached is not installed.
"""

import argparse
import random
import re
import shutil
import sys

import peer

# Known differences, on purpose: see "Where it differs" in ../README.md.
MASKS = [
    (re.compile(rb'(?m)^ME (\S+) .*?\r$'), rb'ME \1\r'),
    (re.compile(rb' t\d+'), rb' t#'),   # the clocks tick at different times
    (re.compile(rb' l\d+'), rb' l#'),
]


class Side:
    """One of the two servers, with the cas numbers that it gave."""

    def __init__(self, server):
        self.server = server
        self.peer = server.connect()
        self.cas = {}
        self.seen = {}  # each number, to a name that both sides share

    def ask(self, request):
        """The reply, or what came of it before it stopped."""
        for key, number in self.cas.items():
            request = request.replace(b'{' + key + b'}', number)
        request = re.sub(rb'\{\w\}', b'1', request)
        try:
            self.peer.send(request + b'mn\r\n')
            reply = self.peer.until(b'MN\r\n')
            if not reply.endswith(b'MN\r\n'):
                reply += b'<closed>'
        except ConnectionError:
            reply = b'<closed>'
        self.note(reply)
        return reply

    def note(self, reply):
        for key, number in re.findall(rb'(?m)^VALUE (\w) \d+ \d+ (\d+)\r$', reply):
            self.cas[key] = number

    def start_afresh(self):
        """What one difference makes of the items must not be taken for others."""
        self.again()
        self.ask(b'flush_all\r\n')
        self.cas, self.seen = {}, {}

    def again(self):
        self.peer.close()
        self.peer = self.server.connect()

    def masked(self, reply):
        for pattern, to in MASKS:
            reply = pattern.sub(to, reply)
        return re.sub(rb'(?m)(^VALUE \S+ \d+ \d+ | c)([1-9]\d*)', self.name_cas, reply)

    def name_cas(self, match):
        name = self.seen.setdefault(match.group(2), b'cas%d' % len(self.seen))
        return match.group(1) + name


KEYS = [b'a', b'b', b'c', b'd', b'e']
NUMBERS = [b'0', b'1', b'5', b'10', b'100000', b'-1', b'18446744073709551615', b'abc', b'12x', b'']
DATA = [b'', b'5', b'10 ', b'99', b'abc', b'0', b'18446744073709551615', b'00007', b'x' * 300, b'12 z',
        b' 3', b'\r\nx', b'get a']
TIMES = [b'0', b'0', b'0', b'1000', b'-1', b'2592001', b'x']
FLAGS = [b'0', b'0', b'5', b'4294967295', b'-1', b'x']


def data_block(data, size):
    """Data and its line end; behind a wrong size enough that no server waits for more."""
    return data + b'\r\n' + (b'' if size == b'%d' % len(data) else b'..\r\n' * 4)


def storage(dice):
    command = dice.choice([b'set', b'set', b'add', b'replace', b'append', b'prepend', b'cas'])
    data = dice.choice(DATA)
    size = b'%d' % len(data) if dice.random() < 0.95 else dice.choice([b'3', b'-1', b'x', b'7'])
    words = [command, key(dice), dice.choice(FLAGS), dice.choice(TIMES), size]
    if command == b'cas':
        words.append(b'{' + dice.choice(KEYS) + b'}' if dice.random() < 0.9 else b'12')
    return noreply(dice, words) + data_block(data, size)


def key(dice):
    return dice.choice(KEYS) if dice.random() < 0.97 else b'k' * dice.choice([249, 250, 251, 300])


def noreply(dice, words):
    if dice.random() < 0.15:
        words = words + [b'noreply']
    if dice.random() < 0.04:
        words = words[:dice.randrange(1, len(words) + 1)]
    if dice.random() < 0.03:
        words = words + [dice.choice([b'0', b'x', b'noreply'])]
    return (b' ' if dice.random() < 0.9 else b'  ').join(words) + (
        b'\r\n' if dice.random() < 0.95 else b'\n')


def retrieval(dice):
    words = [dice.choice([b'get', b'gets', b'gets', b'gat', b'gats'])]
    if words[0].startswith(b'gat'):
        words.append(dice.choice(TIMES))
    words += [dice.choice(KEYS) for _ in range(dice.choice([1, 1, 1, 2, 3, 20]))]
    return b' '.join(words) + b'\r\n'


def other(dice):
    return noreply(dice, dice.choice([
        [dice.choice([b'incr', b'decr']), key(dice), dice.choice(NUMBERS)],
        [dice.choice([b'incr', b'decr']), key(dice), dice.choice(NUMBERS)],
        [b'delete', key(dice)],
        [b'touch', key(dice), dice.choice(TIMES)],
        [b'verbosity', b'0'],
        [dice.choice([b'nonsense', b'g', b'mz', b'm', b'Get', b'mget', b'stats'])],
    ])) if dice.random() < 0.97 else dice.choice([b'\r\n', b'\n', b' \r\n', b'flush_all\r\n',
                                                  b'flush_all 0\r\n', b'flush_all x\r\n'])


def flags(dice, known):
    chosen = dice.sample(known, dice.randrange(0, min(6, len(known))))
    if dice.random() < 0.05 and chosen:
        chosen.append(dice.choice(chosen))
    if dice.random() < 0.05:
        chosen.append(dice.choice([b'!', b'T', b'Tx', b'N', b'C', b'Cx', b'O' + b'o' * 31, b'Mxx',
                                   b'O' + b'o' * 32, b'Fx', b'Dx', b'Jx', b'z', b'Pany', b'Lpath/']))
    return chosen


def cas_flag(dice):
    return b'C{' + dice.choice(KEYS) + b'}'


def meta(dice):
    command = dice.choice([b'mg', b'mg', b'ms', b'ms', b'md', b'ma', b'me'])
    name = key(dice)
    binary = dice.random() < 0.1
    if binary:
        name = dice.choice([b'YQ==', b'YWJj', b'!!!!', b'abc'])
    if command == b'mg':
        known = [b'c', b'f', b'h', b'k', b'l', b'Oop', b'q', b's', b't', b'u', b'v', b'v', b'N60',
                 b'R30', b'T100', b'T20', b'N-1']
        # It makes an item for N before it looks at how long an opaque is.
        words = [command, name] + [each for each in flags(dice, known) if len(each) < 33]
    elif command == b'ms':
        data = dice.choice(DATA)
        known = [b'c', cas_flag(dice), b'F7', b'I', b'k', b'Oop', b'q', b'T90', b'T0', b'MS', b'ME',
                 b'MA', b'MP', b'MR', b'M?']
        size = b'%d' % len(data) if dice.random() < 0.95 else dice.choice([b'3', b'-1', b'x', b'7'])
        words = [command, name, size] + flags(dice, known)
    elif command == b'md':
        known = [cas_flag(dice), b'I', b'I', b'k', b'Oop', b'q', b'T30']
        words = [command, name] + flags(dice, known)
    elif command == b'ma':
        known = [cas_flag(dice), b'N0', b'N60', b'J13', b'D5', b'T40', b'MI', b'MD', b'M+', b'M-',
                 b'q', b't', b'c', b'v', b'k', b'Oop']
        # It counts before it looks at how long an opaque is.
        words = [command, name] + [each for each in flags(dice, known) if len(each) < 33]
    else:
        words = [command, name]
    if binary:
        # It does not remember that the key of an item was binary that it made for N.
        words = [each for each in words if not each.startswith((b'N', b'Fx'))]
        words.insert(3 if command == b'ms' else 2, b'b')
    if dice.random() < 0.02:
        words = words[:dice.randrange(1, len(words) + 1)]
    line = b' '.join(words) + b'\r\n'
    return line + (data_block(data, size) if command == b'ms' else b'')


def requests(dice, count):
    """Those of which the protocol's document speaks, then as many as asked for by chance."""
    yield from (b'set a 5 0 3\r\nabc\r\nget a\r\ngets a b\r\nappend a 0 0 2\r\nde\r\nget a\r\n',
                b'set big 0 0 2000000\r\n' + b'x' * 2000000 + b'\r\nget big\r\n',
                b'set k 0 0 1048000\r\n' + b'y' * 1048000 + b'\r\n',
                b'set a 0 0 3\r\nabcdef\r\n', b'get\r\n', b'gat 10\r\n', b'gat\r\n', b'set a 0 0\r\n',
                b'version x\r\nquit\r\n',
                b'get ' + b' '.join([b'k%d' % i for i in range(5000)]) + b'\r\n',
                b'set ' + b'k' * 3000 + b' 0 0 1\r\n', b'delete a 0\r\n', b'delete a 0 noreply\r\n',
                b'delete a 1\r\n', b'get ' + b'a ' * 30 + b'k' * 251 + b'\r\n')
    for _ in range(count):
        one = dice.choice([storage, storage, retrieval, other, meta, meta])(dice)
        yield one
        if dice.random() < 0.3:
            yield one + retrieval(dice) if b'kkk' not in one else retrieval(dice)


def without_version(reply):
    return re.sub(rb'VERSION [^\r]*', b'VERSION', re.sub(rb'(?m)^STAT [^\r]*\r\n', b'', reply))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--requests', type=int, default=20000)
    parser.add_argument('--seed', type=int, default=random.randrange(1 << 32))
    parser.add_argument('--map', default='ferry')
    asked = parser.parse_args()
    other_program = shutil.which('memcached') or shutil.which('memcached', path='/usr/bin')
    if not other_program:
        print('memcached is not installed')
        return 77
    with peer.folder() as mine, peer.folder() as theirs:
        servers = []
        try:
            servers.append(peer.ferry_cached(asked.program, mine, '--map', asked.map, '--threads', '2'))
            servers.append(peer.memcached(other_program, theirs))
            wrong = compare([Side(each) for each in servers], random.Random(asked.seed), asked.requests)
        finally:
            for each in servers:
                each.stop()
    print(f'{asked.requests} requests from seed {asked.seed}: {wrong} answered otherwise')
    return 1 if wrong else 0


def compare(sides, dice, count):
    wrong = 0
    for request in requests(dice, count):
        replies = [side.ask(request) for side in sides]
        if any(b'<' in reply for reply in replies):
            for side in sides:
                side.again()
        masked = [without_version(side.masked(reply)) for side, reply in zip(sides, replies)]
        if masked[0] != masked[1]:
            wrong += 1
            for side in sides:
                side.start_afresh()
            print(f'request   {request[:300]!r}\n  ferry-cached {masked[0][:300]!r}\n'
                  f'  memcached    {masked[1][:300]!r}')
            if wrong == 20:
                break
    return wrong


if __name__ == '__main__':
    sys.exit(main())
