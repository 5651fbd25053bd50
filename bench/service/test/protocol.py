# SPDX-License-Identifier: BSL-1.0
"""The protocol: what clients say, and what they are answered.

    protocol.py FERRY-CACHED [--map NAME] [TEST...]
"""

import re
import time

import case


class Text(case.Case):
    def test_the_document_s_storage_commands(self):
        self.says(b'set k 7 0 3\r\nabc\r\n', b'STORED\r\n')
        self.says(b'get k\r\n', b'VALUE k 7 3\r\nabc\r\nEND\r\n')
        self.says(b'add k 0 0 1\r\nx\r\n', b'NOT_STORED\r\n')
        self.says(b'add l 0 0 1\r\nx\r\n', b'STORED\r\n')
        self.says(b'replace m 0 0 1\r\nx\r\n', b'NOT_STORED\r\n')
        self.says(b'append k 9 9 2\r\nde\r\n', b'STORED\r\n')
        self.says(b'prepend k 9 9 2\r\n__\r\n', b'STORED\r\n')
        self.says(b'get l k m\r\n', b'VALUE l 0 1\r\nx\r\nVALUE k 7 7\r\n__abcde\r\nEND\r\n')
        self.says(b'append none 0 0 1\r\nx\r\n', b'NOT_STORED\r\n')
        self.says(b'set k 0 0 0\r\n\r\nget k\r\n', b'STORED\r\nVALUE k 0 0\r\n\r\nEND\r\n')

    def test_cas_stores_only_what_nobody_changed(self):
        self.says(b'cas k 0 0 1 5\r\nx\r\n', b'NOT_FOUND\r\n')
        self.says(b'set k 0 0 1\r\na\r\n', b'STORED\r\n')
        number = re.search(rb' (\d+)\r\n', self.client.ask(b'gets k\r\n').replace(b' 0 1 ', b' '))
        mine = number.group(1)
        self.says(b'cas k 0 0 1 %s\r\nb\r\n' % mine, b'STORED\r\n')
        self.says(b'cas k 0 0 1 %s\r\nc\r\n' % mine, b'EXISTS\r\n')
        self.says(b'get k\r\n', b'VALUE k 0 1\r\nb\r\nEND\r\n')

    def test_counting_wraps_up_and_stops_at_zero_down(self):
        self.says(b'incr n 1\r\n', b'NOT_FOUND\r\n')
        self.says(b'set n 0 0 2\r\n10\r\n', b'STORED\r\n')
        self.says(b'incr n 5\r\n', b'15\r\n')
        self.says(b'decr n 100\r\n', b'0\r\n')
        self.says(b'get n\r\n', b'VALUE n 0 2\r\n0 \r\nEND\r\n')
        self.says(b'set n 0 0 20\r\n18446744073709551615\r\n', b'STORED\r\n')
        self.says(b'incr n 2\r\n', b'1\r\n')
        self.says(b'set n 0 0 1\r\nx\r\nincr n 1\r\n', b'STORED\r\nCLIENT_ERROR cannot increment or '
                  b'decrement non-numeric value\r\n')
        self.says(b'incr n x\r\n', b'CLIENT_ERROR invalid numeric delta argument\r\n')

    def test_delete_touch_gat_version_verbosity(self):
        self.says(b'set k 0 0 1\r\na\r\ndelete k\r\ndelete k\r\nget k\r\n',
                  b'STORED\r\nDELETED\r\nNOT_FOUND\r\nEND\r\n')
        self.says(b'touch k 10\r\n', b'NOT_FOUND\r\n')
        self.says(b'set k 0 0 1\r\na\r\ntouch k 10\r\n', b'STORED\r\nTOUCHED\r\n')
        self.says(b'gat 0 k none\r\n', b'VALUE k 0 1\r\na\r\nEND\r\n')
        self.assertRegex(self.client.ask(b'gats 0 k\r\n'), rb'^VALUE k 0 1 \d+\r\na\r\nEND\r\n$')
        self.assertRegex(self.client.ask(b'version\r\n'), rb'^VERSION \d+\.\d+\.\d+\S*\r\n$')
        self.says(b'verbosity 1\r\nverbosity\r\n', b'OK\r\nERROR\r\n')

    def test_noreply_says_nothing(self):
        self.says(b'set k 0 0 1 noreply\r\na\r\nadd k 0 0 1 noreply\r\nb\r\nappend k 0 0 1 noreply\r\n'
                  b'c\r\ntouch k 0 noreply\r\nset n 0 0 1 noreply\r\n1\r\nincr n 4 noreply\r\n'
                  b'decr n 1 noreply\r\ndelete x noreply\r\nverbosity 1 noreply\r\n', b'')
        self.says(b'get k n\r\n', b'VALUE k 0 2\r\nac\r\nVALUE n 0 1\r\n4\r\nEND\r\n')
        self.says(b'flush_all noreply\r\nget k\r\n', b'END\r\n')

    def test_errors(self):
        error, bad = b'ERROR\r\n', b'CLIENT_ERROR bad command line format\r\n'
        long_key = b'k' * 251
        for request, reply in (
                (b'\r\n', error), (b'nonsense\r\n', error), (b'get\r\n', error),
                (b'GET k\r\n', error), (b'set k 0 0\r\n', error), (b'incr k\r\n', error),
                (b'get ' + long_key + b'\r\n', bad), (b'get a ' + long_key + b'\r\n', bad),
                (b'set ' + long_key + b' 0 0 1\r\n', bad), (b'set k x 0 1\r\n', bad),
                (b'set k 0 x 1\r\n', bad), (b'set k 0 0 -1\r\n', bad), (b'set k 0 0 x\r\n', bad),
                (b'set k -1 0 1\r\n', bad), (b'set k 4294967296 0 1\r\n', bad),
                (b'touch k x\r\n', b'CLIENT_ERROR invalid exptime argument\r\n'),
                (b'set k 0 0 1\r\nabc\r\n', b'CLIENT_ERROR bad data chunk\r\n' + error)):
            with self.subTest(request=request):
                self.says(request, reply)
        self.says(b'set ' + b'k' * 250 + b' 0 0 1\r\nx\r\n', b'STORED\r\n')

    def test_quit_hangs_up(self):
        self.client.send(b'set k 0 0 1\r\na\r\nget k\r\nquit\r\nget k\r\n')
        self.assertEqual(b'STORED\r\nVALUE k 0 1\r\na\r\nEND\r\n', self.client.to_end())


class Meta(case.Case):
    def test_the_document_s_meta_commands(self):
        self.says(b'mg k v\r\n', b'EN\r\n')
        self.says(b'ms k 3 F5 T100\r\nabc\r\n', b'HD\r\n')
        self.says(b'mg k\r\n', b'HD\r\n')
        self.says(b'mg k s v f k Oopaque\r\n', b'VA 3 s3 f5 kk Oopaque\r\nabc\r\n')
        self.assertRegex(self.client.ask(b'mg k t\r\n'), rb'^HD t(100|99|98)\r\n$')
        self.says(b'mg k q v\r\nmg none q v\r\n', b'VA 3\r\nabc\r\n')
        self.says(b'ms k 1 ME\r\nx\r\n', b'NS\r\n')
        self.says(b'ms k 2 MA\r\nde\r\nms k 1 MP q\r\n_\r\nmg k v\r\n', b'HD\r\nVA 6\r\n_abcde\r\n')
        self.says(b'md k q\r\nmd k\r\n', b'NF\r\n')
        self.says(b'ma n N0 J10 v\r\nma n D5 v\r\nma n MD D100 v\r\n',
                  b'VA 2\r\n10\r\nVA 2\r\n15\r\nVA 1\r\n0\r\n')
        self.says(b'me none\r\n', b'EN\r\n')
        self.assertRegex(self.client.ask(b'me n\r\n'), rb'^ME n exp=-1 la=\d+ cas=\d+ fetch=\w+ ')

    def test_binary_keys(self):
        self.says(b'ms AAECAw== 1 b k\r\nx\r\n', b'HD kAAECAw== b\r\n')
        self.says(b'mg AAECAw== b k v\r\n', b'VA 1 kAAECAw== b\r\nx\r\n')
        self.says(b'mg A b v\r\n', b'CLIENT_ERROR error decoding key\r\n')

    def test_one_client_wins_to_renew(self):
        self.says(b'mg k N30 v\r\nmg k N30 v\r\n', b'VA 0 W\r\n\r\nVA 0 Z\r\n\r\n')
        self.says(b'ms k 1 T1000\r\na\r\nmg k R30\r\n', b'HD\r\nHD\r\n')
        self.says(b'mg k T10 R30\r\nmg k R30\r\n', b'HD W\r\nHD Z\r\n')
        self.says(b'ms k 1\r\nb\r\nmd k I T30\r\n', b'HD\r\nHD\r\n')
        self.says(b'mg k v\r\nmg k v\r\n', b'VA 1 X W\r\nb\r\nVA 1 Z X\r\nb\r\n')

    def test_errors(self):
        for request, reply in (
                (b'mg\r\n', b'ERROR\r\n'), (b'mz k\r\n', b'ERROR\r\n'),
                (b'mg k v v\r\n', b'CLIENT_ERROR duplicate flag\r\n'),
                (b'mg k !\r\n', b'CLIENT_ERROR invalid flag\r\n'),
                (b'mg k Tx\r\n', b'CLIENT_ERROR bad token in command line format\r\n'),
                (b'mg k O' + b'o' * 32 + b'\r\n', b'CLIENT_ERROR opaque token too long\r\n'),
                (b'ms k x\r\n', b'CLIENT_ERROR bad command line format\r\n'),
                (b'ms k 1 M?\r\na\r\n', b'CLIENT_ERROR invalid mode for ms M token\r\n'),
                (b'ms k 1\r\nab\r\n', b'CLIENT_ERROR bad data chunk\r\nERROR\r\n')):
            with self.subTest(request=request):
                self.says(request, reply)


class Sizes(case.Case):
    def test_the_largest_item(self):
        most = (1 << 20) - 48 - 8 - 1 - 2 - 1
        value = b'v' * most
        self.says(b'set k 0 0 %d\r\n%s\r\n' % (most, value), b'STORED\r\n')
        self.says(b'get k\r\n', b'VALUE k 0 %d\r\n%s\r\nEND\r\n' % (most, value))
        self.says(b'append k 0 0 300\r\n%s\r\n' % (b'x' * 300), b'NOT_STORED\r\n')
        too_large = b'SERVER_ERROR object too large for cache\r\n'
        self.says(b'set k 0 0 %d\r\n%sx\r\n' % (most + 1, value), too_large)
        self.says(b'get k\r\n', b'END\r\n')  # the old value is not shown for the new one
        self.says(b'ms k %d\r\n%sx\r\n' % (most + 1, value), too_large)
        self.says(b'set k 0 0 3000000 noreply\r\n%s\r\nget k\r\n' % (b'x' * 3000000), b'END\r\n')


class Time(case.Case):
    def test_items_end(self):
        self.says(b'set at_once 0 -1 1\r\na\r\nset past 0 2592001 1\r\na\r\nset soon 0 1 1\r\na\r\n'
                  b'set later 0 %d 1\r\na\r\nset stays 0 1 1\r\na\r\ntouch stays 0\r\n'
                  % (time.time() + 100), b'STORED\r\n' * 5 + b'TOUCHED\r\n')
        self.says(b'get at_once past\r\n', b'END\r\n')
        time.sleep(2.2)
        self.says(b'get soon later stays\r\n', b'VALUE later 0 1\r\na\r\nVALUE stays 0 1\r\na\r\nEND\r\n')

    def test_the_crawler_frees_what_nobody_asks_for(self):
        self.says(b''.join(b'set k%d 0 1 1 noreply\r\na\r\n' % i for i in range(3000)), b'')
        self.says(b'set stays 0 0 1\r\na\r\n', b'STORED\r\n')
        for _ in range(200):
            time.sleep(0.1)
            if self.stats()[b'curr_items'] == b'1':
                break
        self.assertEqual(b'1', self.stats()[b'curr_items'])

    def test_flush_all_now_and_later(self):
        self.says(b'set k 0 0 1\r\na\r\nflush_all\r\nget k\r\nadd k 0 0 1\r\nb\r\nget k\r\n',
                  b'STORED\r\nOK\r\nEND\r\nSTORED\r\nVALUE k 0 1\r\nb\r\nEND\r\n')
        self.says(b'flush_all 2\r\nget k\r\nset l 0 0 1\r\nc\r\n',
                  b'OK\r\nVALUE k 0 1\r\nb\r\nEND\r\nSTORED\r\n')
        time.sleep(2.5)
        self.says(b'get k l\r\nset k 0 0 1\r\nd\r\nget k\r\n',
                  b'END\r\nSTORED\r\nVALUE k 0 1\r\nd\r\nEND\r\n')
        self.says(b'flush_all x\r\n', b'CLIENT_ERROR invalid exptime argument\r\n')


class Statistics(case.Case):
    def test_what_tools_look_for(self):
        self.client.ask(b'set k 0 0 3\r\nabc\r\nget k none\r\ndelete none\r\nincr none 1\r\ntouch k 0\r\n')
        stats = self.stats()
        for name, value in ((b'cmd_get', 2), (b'cmd_set', 1), (b'get_hits', 1), (b'get_misses', 1),
                            (b'delete_misses', 1), (b'incr_misses', 1), (b'touch_hits', 1),
                            (b'curr_items', 1), (b'total_items', 1), (b'curr_connections', 1),
                            (b'evictions', 0), (b'limit_maxbytes', 64 << 20), (b'threads', 2)):
            self.assertEqual(b'%d' % value, stats[name], name)
        for name in (b'pid', b'uptime', b'time', b'version', b'pointer_size', b'rusage_user',
                     b'rusage_system', b'total_connections', b'bytes_read', b'bytes_written',
                     b'cas_misses', b'cas_hits', b'cas_badval', b'accepting_conns'):
            self.assertIn(name, stats)
        self.assertGreater(int(stats[b'bytes']), 0)
        if case.MAP.startswith('ferry'):
            self.assertEqual(b'1', stats[b'ferry_live'])
        self.assertIn(b'maxbytes', self.stats(b' settings'))
        self.says(b'stats reset\r\nstats nonsense\r\nstats sizes\r\n', b'RESET\r\nERROR\r\nEND\r\n')
        self.assertEqual(b'0', self.stats()[b'cmd_set'])


if __name__ == '__main__':
    case.main()
