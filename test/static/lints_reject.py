# SPDX-License-Identifier: BSL-1.0
"""The lints are tested to reject known-bad input, and to accept what is right."""

import tempfile
import unittest
from pathlib import Path

import call_directions
import include_directions
import memory_orders
import recipes


class Tree(unittest.TestCase):
    """Writes files into a tree of their own and returns a lint's findings there."""

    def findings(self, lint, files):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding='utf-8')
            return [f'{path}:{line}: {sentence}' for path, line, sentence in lint.check(root)]

    def assert_one(self, findings, *parts):
        self.assertEqual(len(findings), 1, findings)
        for part in parts:
            self.assertIn(part, findings[0])


class IncludeDirections(Tree):
    D = 'include/ferry/detail/'

    def lint(self, files):
        return self.findings(include_directions, files)

    def test_downwards_is_accepted(self):
        self.assertEqual([], self.lint({
            'include/ferry/map.hpp': '#include <vector>\n#include "ferry/detail/node/find.hpp"\n',
            self.D + 'node/find.hpp': '#include "ferry/detail/table/slots.hpp"\n',
            self.D + 'table/slots.hpp': '#include "ferry/detail/platform/atomic.hpp"\n',
            self.D + 'platform/atomic.hpp': '#include <boost/atomic.hpp>\n',
            'src/reclaim/domain.cpp': '#include "registry.hpp"\n#include <mutex>\nstd::mutex m;\n',
            'src/reclaim/registry.hpp': '#include "ferry/detail/platform/atomic.hpp"\n',
        }))

    def test_upwards_is_rejected(self):
        self.assert_one(self.lint({
            self.D + 'table/slots.hpp': '\n#include "ferry/detail/node/find.hpp"\n',
            self.D + 'node/find.hpp': '',
        }), 'table/slots.hpp:2:', 'table includes node')

    def test_a_public_header_below_is_rejected(self):
        self.assert_one(self.lint({
            self.D + 'reclaim/epoch.hpp': '#include <ferry/guard.hpp>\n',
            'include/ferry/guard.hpp': '',
        }), 'reclaim includes public')

    def test_the_server_has_an_order_of_its_own(self):
        self.assert_one(self.lint({
            'bench/service/store/store.hpp': '#include "session/session.hpp"\n',
            'bench/service/session/session.hpp': '#include "protocol/parse.hpp"\n',
            'bench/service/protocol/parse.hpp': '',
        }), 'store/store.hpp:1:', 'store includes session')

    def test_upwards_by_a_relative_path_is_rejected(self):
        self.assert_one(self.lint({
            self.D + 'table/slots.hpp': '#include "../node/probe.hpp"\n',
            self.D + 'node/probe.hpp': '',
        }), 'table includes node')

    def test_an_engine_that_includes_another(self):
        self.assert_one(self.lint({
            self.D + 'node/find.hpp': '#include "ferry/detail/flat/find.hpp"\n',
            self.D + 'flat/find.hpp': '',
        }), 'node includes flat')

    def test_upwards_from_the_compiled_part_is_rejected(self):
        self.assert_one(self.lint({
            'src/reclaim/domain.cpp': '#include "ferry/detail/chain/stripes.hpp"\n',
            self.D + 'chain/stripes.hpp': '',
        }), 'src/reclaim/domain.cpp:1:', 'reclaim includes chain')

    def test_a_commented_include_is_none(self):
        self.assertEqual([], self.lint({
            self.D + 'table/slots.hpp': '/*\n#include "ferry/detail/node/find.hpp"\n*/\n',
            self.D + 'node/find.hpp': '',
        }))

    def test_a_circle_is_rejected(self):
        self.assert_one(self.lint({
            self.D + 'node/a.hpp': '#include "b.hpp"\n',
            self.D + 'node/b.hpp': '#include "a.hpp"\n',
        }), 'go in a circle')

    def test_a_missing_file_is_rejected(self):
        self.assert_one(self.lint({self.D + 'node/a.hpp': '#include "ferry/no.hpp"\n'}),
                        'not a file of the tree')

    def test_a_folder_outside_the_design_is_rejected(self):
        self.assert_one(self.lint({self.D + 'utils/a.hpp': ''}), 'not a layer')

    def test_boost_elsewhere_is_rejected(self):
        self.assert_one(self.lint({self.D + 'reclaim/a.hpp': '#include <boost/atomic.hpp>\n'}),
                        'platform/atomic.hpp alone')

    def test_reserved_words_are_rejected(self):
        for word in ('std::atomic<int> a;', 'thread_local int a;', 'std::mutex a;',
                     'std::lock_guard a{m};', 'a.opaque_add(1);', 'atomic_thread_fence(release);',
                     '#include <atomic>', '#include <mutex>'):
            with self.subTest(word):
                self.assert_one(self.lint({self.D + 'table/a.hpp': f'\n{word}\n'}),
                                'table/a.hpp:2:')

    def test_reserved_words_in_comments_and_literals_are_none(self):
        self.assertEqual([], self.lint({
            self.D + 'table/a.hpp': '// not std::atomic\nauto s = "std::mutex";\n'}))

    def test_bench_downwards_is_accepted(self):
        self.assertEqual([], self.lint({
            'include/ferry/map.hpp': '',
            'bench/main.cpp': '#include "about.hpp"\n#include "runner/team.hpp"\n',
            'bench/about.hpp': '#include "adapters/by_hand/locked.hpp"\n',
            'bench/adapters/by_hand/locked.hpp': '#include "adapters/entry.hpp"\n'
                                                 '#include <ferry/map.hpp>\n',
            'bench/adapters/entry.hpp': '#include "../runner/team.hpp"\n',
            'bench/runner/team.hpp': '#include "tally.hpp"\n',
            'bench/runner/tally.hpp': '#include <vector>\n',
            'bench/test/team.cpp': '#include "runner/team.hpp"\n#include "test/folder.hpp"\n',
            'bench/test/folder.hpp': '',
        }))

    def test_bench_upwards_is_rejected(self):
        for name in ('"adapters/entry.hpp"', '<adapters/entry.hpp>', '"../adapters/entry.hpp"'):
            with self.subTest(name):
                self.assert_one(self.lint({
                    'bench/runner/team.hpp': f'\n#include {name}\n',
                    'bench/adapters/entry.hpp': '',
                }), 'bench/runner/team.hpp:2:', 'runner includes adapters')

    def test_sharing_downwards_is_accepted(self):
        self.assertEqual([], self.lint({
            'test/sharing/main.cpp': '#include "report/table.hpp"\n',
            'test/sharing/report/table.hpp': '#include "adapters/entry.hpp"\n',
            'test/sharing/subjects/adapters/entry.hpp': '#include "maps/concept.hpp"\n'
                                                        '#include "machine/line.hpp"\n',
            'test/sharing/machine/line.hpp': '#include <atomic>\n',
            'bench/maps/concept.hpp': '',
        }))

    def test_sharing_upwards_is_rejected(self):
        for name in ('"subjects/subject.hpp"', '"adapters/entry.hpp"', '"../subjects/subject.hpp"'):
            with self.subTest(name):
                self.assert_one(self.lint({
                    'test/sharing/machine/line.hpp': f'\n#include {name}\n',
                    'test/sharing/subjects/subject.hpp': '',
                    'test/sharing/subjects/adapters/entry.hpp': '',
                }), 'test/sharing/machine/line.hpp:2:', 'machine includes subjects')

    def test_bench_upwards_from_a_folder_in_a_layer_is_rejected(self):
        self.assert_one(self.lint({
            'bench/adapters/by_hand/locked.hpp': '#include "stage/stage.hpp"\n',
            'bench/stage/stage.hpp': '',
        }), 'adapters includes stage')

    def test_a_folder_of_bench_that_includes_a_file_beside_it_is_rejected(self):
        self.assert_one(self.lint({
            'bench/curves/plan.hpp': '#include "about.hpp"\n',
            'bench/about.hpp': '',
        }), 'curves includes main')

    def test_what_includes_tests_of_bench_is_rejected(self):
        self.assert_one(self.lint({
            'bench/main.cpp': '#include "test/folder.hpp"\n',
            'bench/test/folder.hpp': '',
        }), 'main includes test')

    def test_a_circle_of_folders_of_bench_is_rejected(self):
        findings = self.lint({
            'bench/runner/job.hpp': '#include "report/table.hpp"\n',
            'bench/report/table.hpp': '#include "report/about.hpp"\n',
            'bench/report/about.hpp': '#include "runner/team.hpp"\n',
            'bench/runner/team.hpp': '',
        })
        self.assert_one(findings, 'bench/report/about.hpp:1:', 'report includes runner')

    def test_a_circle_in_a_folder_of_bench_is_rejected(self):
        self.assert_one(self.lint({
            'bench/runner/team.hpp': '#include "runner/tally.hpp"\n',
            'bench/runner/tally.hpp': '#include "team.hpp"\n',
        }), 'bench/runner/team.hpp:1:', 'go in a circle')

    def test_a_folder_of_bench_outside_the_order_is_rejected(self):
        self.assert_one(self.lint({'bench/utils/a.hpp': ''}), 'not a layer', 'bench/README.md')

    def test_a_layer_of_the_library_is_none_of_bench(self):
        self.assert_one(self.lint({'bench/platform/a.hpp': ''}), 'not a layer')

    def test_reserved_words_are_free_in_bench(self):
        self.assertEqual([], self.lint({
            'bench/runner/a.hpp': '#include <atomic>\n#include <mutex>\nstd::atomic<int> a;\n'
                                  'std::mutex m;\nthread_local int b;\n'}))


class CallDirections(Tree):
    D = 'include/ferry/detail/'
    DRIVER = ('template <class Core>\nvoid drive(Core &core) {\n    core.settle(1);\n'
              '    engine::own(core);\n}\ntemplate <class Core>\nvoid own(Core &) {}\n')
    ENGINE = 'struct nodes {\n    void settle(int index) noexcept { used_ = index; }\n};\n'

    def lint(self, files):
        return self.findings(call_directions, files)

    def test_a_call_of_what_only_a_layer_above_defines_is_rejected(self):
        self.assert_one(self.lint({
            self.D + 'chain/help.hpp': self.DRIVER,
            self.D + 'node/core.hpp': self.ENGINE,
        }), 'chain/help.hpp:3:', 'chain calls settle, which only node defines')

    def test_a_call_of_what_a_concept_below_requires_is_accepted(self):
        self.assertEqual([], self.lint({
            self.D + 'chain/help.hpp': self.DRIVER,
            self.D + 'chain/engine.hpp': 'template <class Engine>\nconcept map_engine = '
                                         'requires(Engine &engine) {\n'
                                         '    { engine.settle(1) } noexcept;\n};\n',
            self.D + 'node/core.hpp': self.ENGINE,
        }))

    def test_a_qualified_call_upwards_is_rejected(self):
        self.assert_one(self.lint({
            self.D + 'chain/turn.hpp': 'void turn() {\n    engine::drop(1);\n}\n',
            self.D + 'node/settle.hpp': 'inline bool drop(int node) noexcept { return node; }\n',
        }), 'chain/turn.hpp:2:', 'chain calls drop')

    def test_a_call_downwards_is_accepted(self):
        self.assertEqual([], self.lint({
            self.D + 'node/settle.hpp': 'void settle() {\n    engine::turn();\n}\n',
            self.D + 'chain/turn.hpp': 'inline void turn() {}\n',
        }))


class MemoryOrders(Tree):
    PAIR = ('void publish() {\n'
            '    // release: publishes the node [E:publish]\n'
            '    slot.store(node, release);\n'
            '}\n'
            'auto see() { return slot.load(acquire); } // acquire: sees the node [E:publish]\n')

    def lint(self, text):
        return self.findings(memory_orders, {'include/ferry/a.hpp': text})

    def test_a_pair_is_accepted(self):
        self.assertEqual([], self.lint(self.PAIR))

    def test_ends_in_different_files_are_accepted(self):
        self.assertEqual([], self.findings(memory_orders, {
            'include/ferry/a.hpp': 'x.store(1, boost::memory_order_release); // [E:a-b]\n',
            'src/reclaim/b.cpp': 'x.load(std::memory_order::acquire); // [E:a-b]\n'}))

    def test_a_missing_order_is_rejected(self):
        for call in ('a.load()', 'a.store(1)', 'a->exchange(f(1, 2))', 'a.fetch_add(1)',
                     'a.compare_exchange_weak(x, y)', 'a.compare_exchange_strong(x, {y, z})',
                     'a.test_and_set()', 'a\n    .load(\n)'):
            with self.subTest(call):
                self.assert_one(self.lint(f'auto r = {call};\n'), 'does not spell')

    def test_an_operator_on_an_atomic_is_rejected(self):
        for use in ('++count_;', 'count_++;', 'count_ += 2;', 'count_ = 1;', 'f(--count_);'):
            with self.subTest(use):
                self.assert_one(self.lint(f'atomic<int> count_{{0}};\nvoid f() {{ {use} }}\n'),
                                'a.hpp:2:', 'hides its memory order')

    def test_a_declaration_is_no_operator(self):
        self.assertEqual([], self.lint('atomic<int> a{0};\natomic<int> b = 1;\n'
                                       'atomic<int> *c;\nvoid g() { c = &a; item b = f(); }\n'
                                       'bool f(other &x) { x.a = 1; return x.b == 2; }\n'))

    def test_calls_of_a_map_are_no_atomic_operations(self):
        self.assertEqual([], self.lint('m.exchange(key, value); bucket.load(slots, n);\n'
                                       'std::exchange(a, b); m.compare_exchange(k, a, b);\n'))

    WRAPPER = ('class slot {\n'
               '    word load() const noexcept { return word_.load(seq_cst); } // both ends [E:a]\n'
               '    atomic<word> word_;\n'
               '};\n'
               'struct bucket { slot slots[8]; };\n'
               'atomic<int> other;\n')

    def test_a_wrapper_has_a_load_of_its_own(self):
        for call in ('b.slots[f(i)].load()', 'each.load()', 'one->load()', '(b.*which).load()'):
            with self.subTest(call):
                findings = self.lint(f'{self.WRAPPER}void f(slot &each, slot *one, '
                                     f'slot bucket::*which) {{ {call}; }}\n')
                self.assertFalse(any('does not spell' in f for f in findings), findings)

    def test_a_wrapper_does_not_excuse_an_atomic(self):
        for call in ('other.load()', 'word_.load()', 'b.word_[3].load()', 'unknown.load()',
                     'f(slots).load()', 'each.store(1)', 'each.fetch_add(1)'):
            with self.subTest(call):
                findings = self.lint(f'{self.WRAPPER}void f(slot &each) {{ {call}; }}\n')
                self.assertTrue(any('does not spell' in f for f in findings), findings)

    def test_an_alias_of_an_atomic_is_one(self):
        self.assert_one(self.lint('using counter = detail::atomic<int>;\ncounter n{0};\n'
                                  'void f() { ++n; }\n'), 'hides its memory order')

    def test_an_order_passed_on_is_accepted(self):
        self.assertEqual([], self.lint('auto f(auto order) { return a.load(order); }\n'))

    def test_a_missing_edge_is_rejected(self):
        self.assert_one(self.lint('x.load(acquire); // acquire: sees it\n'), 'names no edge')

    def test_an_edge_a_line_further_up_is_not_the_statements(self):
        findings = self.lint('// [E:publish]\n\nslot.store(n, release);\n'
                             'slot.load(acquire); // [E:publish]\n')
        self.assertTrue(any('a.hpp:3:' in f and 'names no edge' in f for f in findings), findings)

    def test_an_edge_with_one_end_is_rejected(self):
        self.assert_one(self.lint('x.load(acquire); // [E:a]\ny.load(acquire); // [E:a]\n'),
                        'no releasing end')
        self.assert_one(self.lint('x.store(1, release); // [E:a]\n'), 'no acquiring end')
        self.assert_one(self.lint('x.fetch_add(1, acq_rel); // [E:a]\n'), 'one end only')

    def test_a_read_modify_write_may_be_its_own_partner_when_it_says_so(self):
        self.assertEqual([], self.lint('x.fetch_add(1, acq_rel); // both ends [E:a]\n'))

    def test_a_read_modify_write_may_be_either_end(self):
        self.assertEqual([], self.lint(
            '// [E:a]\nwhile (!x.compare_exchange_weak(o, n, acq_rel,\n'
            '                                relaxed)) {}\n'
            'x.load(seq_cst); // [E:a]\n'))

    def test_a_failure_order_acquires(self):
        self.assertEqual([], self.lint(
            'x.compare_exchange_strong(o, n, relaxed, acquire); // [E:a]\n'
            'x.store(1, release); // [E:a]\n'))

    def test_an_edge_that_no_operation_carries_is_rejected(self):
        self.assert_one(self.lint(self.PAIR + '// as in [E:publsh]\n'), 'a.hpp:6:',
                        'carried by no operation')

    def test_a_misspelt_edge_name_is_rejected(self):
        self.assertTrue(any('is no name' in f for f in self.lint(
            'x.store(1, release); // [E:Slot publish]\n')))

    def test_a_relaxed_operation_without_reason_is_rejected(self):
        self.assert_one(self.lint('// just a counter\na.fetch_add(1, relaxed);\n'),
                        'a.hpp:2:', 'does not say why')
        self.assert_one(self.lint('a.load(relaxed); // relaxed:\n'), 'does not say why')

    def test_a_relaxed_operation_with_reason_is_accepted(self):
        self.assertEqual([], self.lint(
            '// A count. relaxed: orders nothing\n// else\nauto n =\n    a.load(relaxed);\n'))

    def test_comments_and_literals_hold_no_operations(self):
        self.assertEqual([], self.lint('// a.load()\n/* b.store(1)\n c.load() */\n'
                                       'auto s = "d.load()"; auto n = 1\'000;\n'))


class Recipes(Tree):
    RIGHT = {
        'meson.build': "project('ferry', 'cpp', version: '1.2.3', meson_version: '>=1.0.0')\n",
        'src/meson.build': "ferry_sources = files(\n  'a/one.cpp',\n)\n",
        'src/a/one.cpp': '',
        'src/a/two.hpp': '',
        'include/ferry/version.hpp': ('#define FERRY_VERSION_MAJOR 1\n#define FERRY_VERSION_MINOR 2\n'
                                      '#define FERRY_VERSION_PATCH 3\n'
                                      '#define FERRY_VERSION_STRING "1.2.3"\n'),
        str(recipes.VCPKG): '{"name": "ferry", "version": "1.2.3"}',
        str(recipes.MODULE): 'module(\n    name = "ferry",\n    version = "1.2.3",\n)\n',
        str(recipes.BUILD): 'srcs = ["src/a/one.cpp", "src/a/two.hpp"]\n',
    }

    def lint(self, **changed):
        files = {**self.RIGHT, **{str(getattr(recipes, name)): text for name, text in changed.items()}}
        return self.findings(recipes, files)

    def test_what_agrees_is_accepted(self):
        self.assertEqual([], self.lint())

    def test_another_version_is_rejected(self):
        self.assert_one(self.lint(VCPKG='{"version": "1.2.2"}'), 'vcpkg.json', '1.2.2')
        self.assert_one(self.lint(MODULE='module(name = "ferry", version = "1.2")'), 'MODULE', '1.2 ')
        self.assert_one(self.lint(VCPKG='{}'), 'none')
        self.assert_one(self.lint(VERSION=self.RIGHT['include/ferry/version.hpp'].replace('MINOR 2',
                                                                                     'MINOR 1')),
                        'version.hpp', '1.1.3')

    def test_other_sources_are_rejected(self):
        self.assert_one(self.lint(BUILD='srcs = ["src/a/one.cpp"]'), 'two.hpp is missing')
        self.assert_one(self.lint(BUILD='srcs = ["src/a/one.cpp", "src/a/two.hpp", "src/b.cpp"]'),
                        'src/b.cpp is not part')


if __name__ == '__main__':
    unittest.main()
