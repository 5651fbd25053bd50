# SPDX-License-Identifier: BSL-1.0
"""What the tests that start a server of their own have in common.

    TESTS.py FERRY-CACHED [--map NAME] [TEST...]
"""

import re
import sys
import unittest

import peer

PROGRAM = sys.argv[1]
_REST = sys.argv[2:]
MAP = 'ferry'
if _REST[:1] == ['--map']:
    MAP, _REST = _REST[1], _REST[2:]


class Case(unittest.TestCase):
    options = ()

    def setUp(self):
        folder = peer.folder()
        self.addCleanup(folder.cleanup)
        self.server = peer.ferry_cached(PROGRAM, folder.name, '--map', MAP, '--threads', '2',
                                        *self.options)
        self.addCleanup(self.stop)
        self.client = self.connect()

    def stop(self):
        self.assertEqual(0, self.server.stop())

    def connect(self, tcp=False):
        made = self.server.connect_tcp() if tcp else self.server.connect()
        self.addCleanup(made.close)
        return made

    def says(self, request, reply, client=None):
        self.assertEqual(reply, (client or self.client).ask(request))

    def stats(self, subject=b''):
        reply = self.client.ask(b'stats' + subject + b'\r\n')
        return dict(re.findall(rb'STAT (\S+) (\S+)\r\n', reply))


def main():
    unittest.main(argv=[sys.argv[0], *_REST])
