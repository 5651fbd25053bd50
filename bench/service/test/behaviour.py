# SPDX-License-Identifier: BSL-1.0
"""The server among its clients: many, slow, hostile ones, and those that leave; little memory; how it
starts and ends.

    behaviour.py FERRY-CACHED [--map NAME] [TEST...]
"""

import os
import random
import re
import socket
import subprocess
import threading
import time
import unittest

import case
import peer


class Connections(case.Case):
    script = (b'set k 7 0 3\r\nabc\r\nget k\r\nget k none\r\nms m 2 c\r\nhi\r\nmg m v\r\nnonsense\r\n'
              b'set k 0 0 9\r\nxx\r\nyy\r\nx\r\nget k m\r\nincr k 1\r\nset n 0 0 1\r\n1\r\nincr n 1\r\n')

    def test_bytes_in_any_pieces_mean_the_same(self):
        at_once = re.sub(rb' c\d+', b' c', self.client.ask(self.script))
        for size in (1, 2, 3, 7, 19):
            for tcp in (False, True):
                client = self.connect(tcp)
                client.send(b'flush_all noreply\r\n')
                for at in range(0, len(self.script), size):
                    client.send(self.script[at:at + size])
                self.assertEqual(at_once, re.sub(rb' c\d+', b' c', client.ask(b'')))

    def test_many_requests_at_once(self):
        self.client.send(b''.join(b'set k%d 0 0 4\r\n%04d\r\n' % (i, i) for i in range(5000)))
        self.says(b'', b'STORED\r\n' * 5000)
        self.says(b''.join(b'get k%d\r\n' % i for i in range(5000)),
                  b''.join(b'VALUE k%d 0 4\r\n%04d\r\nEND\r\n' % (i, i) for i in range(5000)))
        self.says(b'get ' + b' '.join(b'k%d' % i for i in range(5000)) + b'\r\n',
                  b''.join(b'VALUE k%d 0 4\r\n%04d\r\n' % (i, i) for i in range(5000)) + b'END\r\n')
        self.says(b'gat 0 ' + b' '.join(b'x%d k%d' % (i, i) for i in range(500)) + b'\r\n',
                  b''.join(b'VALUE k%d 0 4\r\n%04d\r\n' % (i, i) for i in range(500)) + b'END\r\n')

    def test_requests_that_came_before_the_client_shut_down_are_answered(self):
        self.client.send(b'set k 0 0 3\r\nabc\r\nget k\r\nset k 0 0 100\r\nhalf')
        self.client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(b'STORED\r\nVALUE k 0 3\r\nabc\r\nEND\r\n', self.client.to_end())

    def test_a_client_that_does_not_read_costs_little(self):
        value = b'v' * 1000000
        for i in range(8):
            self.says(b'set k%d 0 0 1000000\r\n%s\r\n' % (i, value), b'STORED\r\n')
        names = b' '.join(b'k%d' % (i % 8) for i in range(20))
        before = self.memory()
        slow = [self.connect() for _ in range(4)]
        for each, command in zip(slow, (b'get ', b'gets ', b'gat 0 ', b'get ')):
            each.send(command + names + b'\r\n')
        for _ in range(20):
            slow[3].send(b'get k1\r\nmg k2 v\r\n')
        time.sleep(0.5)
        self.assertLess(self.memory() - before, 40e6)
        self.says(b'get none\r\n', b'END\r\n')  # others are served
        expected = b''.join(b'VALUE k%d 0 1000000\r\n%s\r\n' % (i % 8, value) for i in range(20))
        self.assertEqual(expected + b'END\r\n', slow[0].until(b'END\r\n'))
        self.assertEqual(expected + b'END\r\n', slow[2].until(b'END\r\n'))
        slow[3].send(b'mn\r\n')
        self.assertEqual(len(expected + b'END\r\n') + 20 * (2 * 1000000 + 22 + 5 + 14),
                         len(slow[3].until(b'MN\r\n')) - 4)

    def memory(self):
        with open(f'/proc/{self.server.process.pid}/statm', encoding='ascii') as file:
            return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')

    def test_idle_clients_keep_little_of_large_replies(self):
        self.says(b'set k 0 0 1000000\r\n%s\r\n' % (b'v' * 1000000), b'STORED\r\n')
        clients = [self.connect() for _ in range(100)]
        before = self.memory()
        for client in clients:
            self.assertGreater(len(client.ask(b'get k\r\n')), 1000000)
        self.assertLess(self.memory() - before, 40e6)

    def test_changes_of_a_large_value_leave_little_behind(self):
        self.says(b'set k 0 0 900000\r\n%s\r\n' % (b'1' * 900000), b'STORED\r\n')
        before = self.memory()
        for _ in range(10):
            self.client.ask(b'append k 0 0 0 noreply\r\n\r\n' * 50)
            self.assertLess(self.memory() - before, 80e6)

    def test_clients_that_leave_without_a_word(self):
        before = int(self.stats()[b'total_connections'])
        for i in range(300):
            client = self.server.connect()
            client.send((b'get k', b'set k 0 0 100000\r\nx', b'mn\r\n' * 1000, b'')[i % 4])
            client.close()
        self.says(b'get none\r\n', b'END\r\n')
        # The last of them may still wait to be accepted. As long as a slow machine may take.
        for _ in range(1200):
            now = self.stats()
            if int(now[b'total_connections']) == before + 300 and now[b'curr_connections'] == b'1':
                return
            time.sleep(0.05)
        self.fail(f'{now[b"curr_connections"]} are still connected')

    def test_threads_of_clients_count_together(self):
        self.says(b'set n 0 0 1\r\n0\r\nset c 0 0 1\r\n0\r\n', b'STORED\r\nSTORED\r\n')
        failed = []

        def count(client):
            try:
                client.send(b'incr n 1 noreply\r\n' * 500)
                for _ in range(50):
                    while True:
                        found = re.search(rb'(\d+)\r\n(\d+) *\r\n', client.ask(b'gets c\r\n'))
                        value = b'%d' % (int(found.group(2)) + 1)
                        if client.ask(b'cas c 0 0 %d %s\r\n%s\r\n' % (len(value), found.group(1),
                                                                     value)) == b'STORED\r\n':
                            break
            except Exception as error:  # told by the thread that joins
                failed.append(error)

        threads = [threading.Thread(target=count, args=(self.connect(i % 2 == 0),))
                   for i in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual([], failed)
        self.says(b'get n c\r\n', b'VALUE n 0 4\r\n4000\r\nVALUE c 0 3\r\n400\r\nEND\r\n')


class FewConnections(case.Case):
    options = ('--connections', '4')

    def test_those_too_many_are_told_so(self):
        others = [self.connect(i % 2 == 0) for i in range(3)]
        for each in others:
            self.says(b'get none\r\n', b'END\r\n', each)
        self.assertEqual(b'ERROR Too many open connections\r\n', self.connect().to_end())
        others[0].close()
        for _ in range(1000):
            time.sleep(0.02)
            client = self.connect()
            client.send(b'mn\r\n')
            if client.until(b'\r\n') == b'MN\r\n':
                break
        else:
            self.fail('a place that became free was not given away')


class Hostile(case.Case):
    def test_lines_that_do_not_end(self):
        for begin in (b'x', b'set ', b'mg '):
            client = self.connect()
            try:
                for _ in range(100):
                    client.send(begin + b'k' * 5000)
            except ConnectionError:
                pass
            self.assertEqual(b'', client.to_end())
        client = self.connect()
        try:
            for _ in range(2000):
                client.send(b'get ' + b'k ' * 1000)
        except ConnectionError:
            pass
        self.assertNotIn(b'END', client.to_end())
        self.says(b'get none\r\n', b'END\r\n')

    def test_a_browser_is_hung_up_on(self):
        self.client.send(b'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
        self.assertEqual(b'', self.client.to_end())
        self.client = self.connect()
        self.says(b'get none\r\n', b'END\r\n')

    def test_large_numbers_and_strange_bytes(self):
        for line in (b'set k 0 0 99999999999999999999', b'set k 0 0 2147483647',
                     b'set k 0 0 2147483646', b'set k 99999999999 0 1', b'gat 99999999999999999999 k',
                     b'flush_all 99999999999999999999', b'incr k 99999999999999999999',
                     b'ms k 2147483645', b'ma k D99999999999999999999', b'mg k T99999999999999999999',
                     b'verbosity 99999999999', b'\0\0\0\0', b'get \0', b'set \xff 0 0 1', b'\x80\x01',
                     b'mg ' + b'\xff' * 250, b'ms \xff 1 \xff', b'stats \0', b'get\tk',
                     b'mg k ' + b'v ' * 40, b'a ' * 1000, b' ' * 2000):
            client = self.connect()
            client.send(line + b'\r\nx\r\n')
            client.socket.shutdown(socket.SHUT_WR)
            client.to_end()
        self.says(b'get none\r\n', b'END\r\n')

    def test_random_bytes_and_broken_requests(self):
        seed = random.randrange(1 << 32)
        dice = random.Random(seed)
        words = [b'get', b'gets', b'set', b'add', b'cas', b'incr', b'delete', b'touch', b'gat', b'mg',
                 b'ms', b'md', b'ma', b'me', b'mn', b'stats', b'flush_all', b'k', b'l', b'0', b'1',
                 b'3', b'-1', b'noreply', b'\r\n', b'\r\n', b'\n', b'\r', b'v', b'N5', b'C1', b'b',
                 b'\0', b'\xff', b'99999999999', b'x' * 251]
        with self.subTest(seed=seed):
            for _ in range(200):
                data = (dice.randbytes(dice.randrange(1, 3000)) if dice.random() < 0.3 else
                        b' '.join(dice.choice(words) for _ in range(dice.randrange(1, 400))))
                client = self.connect(dice.random() < 0.5)
                try:
                    client.send(data)
                    client.socket.shutdown(socket.SHUT_WR)
                    client.to_end()
                except ConnectionError:
                    pass
                client.close()
            self.says(b'get none\r\n', b'END\r\n')


class SmallMemory(case.Case):
    options = ('--memory', '2')

    def test_what_is_used_stays_and_the_rest_goes(self):
        hot = [b'hot%d' % i for i in range(50)]
        asked = missed = 0
        for i in range(200):
            self.client.ask(b''.join(b'set cold%d 0 0 500 noreply\r\n%s\r\n' % (100 * i + j, b'c' * 500)
                                     for j in range(100)))
            if i % 5 == 0:
                found = self.client.ask(b'get ' + b' '.join(hot) + b'\r\n')
                for key in hot:
                    if b'VALUE %s ' % key not in found:
                        missed += 1
                        self.says(b'set %s 0 0 500\r\n%s\r\n' % (key, b'h' * 500), b'STORED\r\n')
                asked += len(hot)
        stats = self.stats()
        # Half of what is kept is as old as 3000 sets, but these were asked for every 500.
        self.assertLess(missed, asked / 10)
        self.assertLess(int(stats[b'bytes']), int(2.3e6))
        self.assertGreater(int(stats[b'bytes']), int(1.5e6))
        self.assertGreater(int(stats[b'evictions']), 12000)
        self.assertLess(int(stats[b'curr_items']), 4000)

    def test_items_that_lookups_make_are_limited_too(self):
        for form in (b'mg a%d N0 v\r\n', b'ma b%d N0\r\n'):
            most = 0
            for i in range(40):
                self.client.ask(b''.join(form % (1000 * i + j) for j in range(1000)))
                most = max(most, int(self.stats()[b'bytes']))
            self.assertLess(most, 4.5e6)

    def test_large_items_make_room_for_themselves(self):
        self.says(b''.join(b'set k%d 0 0 10 noreply\r\n0123456789\r\n' % i for i in range(10000)), b'')
        stored = 0
        for i in range(100):
            stored += self.client.ask(b'set large%d 0 0 500000\r\n%s\r\n'
                                      % (i, b'x' * 500000)) == b'STORED\r\n'
            time.sleep(0.01)
        self.assertGreater(stored, 80)  # some may be refused until the small ones are gone
        self.says(b'set k 0 0 1\r\na\r\nget k\r\n', b'STORED\r\nVALUE k 0 1\r\na\r\nEND\r\n')


class Process(unittest.TestCase):
    def run_briefly(self, *options):
        return subprocess.run([case.PROGRAM, *options], capture_output=True, text=True, timeout=20,
                              check=False)

    def test_a_bad_command_line_gets_one_sentence_and_2(self):
        for options in (['--map', 'nosuch'], ['--threads', '0'], ['--port', '70000'], ['--nosuch'],
                        ['--memory', '0'], ['--listen', 'nosuch'], ['more'], ['--port']):
            with self.subTest(options=options):
                ended = self.run_briefly(*options)
                self.assertEqual((2, '', 1),
                                 (ended.returncode, ended.stdout, ended.stderr.count('\n')))
        self.assertEqual(0, self.run_briefly('--help').returncode)

    def test_a_place_that_is_taken_gets_one_sentence_and_1(self):
        with peer.folder() as folder:
            server = peer.ferry_cached(case.PROGRAM, folder, '--map', case.MAP)
            ended = self.run_briefly('--socket', server.socket)
            self.assertEqual((1, 1), (ended.returncode, ended.stderr.count('\n')))
            ended = self.run_briefly('--port', str(server.port))
            self.assertEqual((1, 1), (ended.returncode, ended.stderr.count('\n')))
            self.assertEqual(0, server.stop())
            self.assertFalse(os.path.exists(server.socket))
            # One that was killed leaves its socket behind.
            server = peer.ferry_cached(case.PROGRAM, folder, '--map', case.MAP)
            server.process.kill()
            server.process.wait()
            server.process.stdout.close()
            self.assertTrue(os.path.exists(server.socket))
            self.assertEqual(0, peer.ferry_cached(case.PROGRAM, folder, '--map', case.MAP).stop())
            with open(os.path.join(folder, 'file'), 'w', encoding='ascii'):
                pass
            ended = self.run_briefly('--socket', os.path.join(folder, 'file'))
            self.assertEqual((1, 1), (ended.returncode, ended.stderr.count('\n')))

    def test_all_threads_serve_a_unix_socket_alone(self):
        with peer.folder() as folder:
            server = peer.Server(lambda path: [case.PROGRAM, '--socket', path, '--threads', '3',
                                               '--map', case.MAP], folder).wait()
            for _ in range(2):
                time.sleep(0.3)  # a thread that has nothing to do stays
                clients = [server.connect() for _ in range(6)]
                for each in clients:
                    self.assertEqual(b'END\r\n', each.ask(b'get k\r\n'))
                    each.close()
            self.assertEqual(0, server.stop())

    def test_another_programs_socket_is_left_alone(self):
        with peer.folder() as folder:
            path = os.path.join(folder, 'datagrams')
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
                other.bind(path)
                ended = self.run_briefly('--socket', path)
                self.assertEqual((1, 1), (ended.returncode, ended.stderr.count('\n')))
                self.assertTrue(os.path.exists(path))
            server = peer.ferry_cached(case.PROGRAM, folder, '--map', case.MAP)
            os.unlink(server.socket)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
                other.bind(server.socket)
                self.assertEqual(0, server.stop())
                self.assertTrue(os.path.exists(server.socket))

    def test_sigterm_lets_replies_out(self):
        with peer.folder() as folder:
            server = peer.ferry_cached(case.PROGRAM, folder, '--map', case.MAP)
            client = server.connect()
            client.ask(b'set k 0 0 1000000\r\n%s\r\n' % (b'v' * 1000000))
            client.send(b'get k k\r\n')
            time.sleep(0.3)
            idle = server.connect()
            server.process.terminate()
            self.assertEqual(2 * 1000000 + 2 * 19 + 2 * 2 + 5, len(client.to_end()))
            self.assertEqual(b'', idle.to_end())
            self.assertEqual(0, server.process.wait(20))
            server.process.stdout.close()
            client.close()
            idle.close()


if __name__ == '__main__':
    case.main()
