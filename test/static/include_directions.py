# SPDX-License-Identifier: BSL-1.0
"""Checks that includes go downwards through the layers, those of the library, of the benchmark, of
its server and of test/sharing, and that what belongs to the library's lowest layers is named nowhere else in it.

    include_directions.py TREE
"""

import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

from source_text import report, sources

# Each layer includes itself and what stands below it. Those of include/ and src/:
LAYERS = ['public', 'interface', 'node', 'flat', 'chain', 'table', 'reclaim', 'vocabulary', 'platform']

# They stand side by side: none includes another.
ENGINES = {'node', 'flat'}

# Public headers that every layer may speak of.
VOCABULARY = {'compute.hpp', 'fwd.hpp', 'hash.hpp', 'inline_string.hpp', 'options.hpp', 'stats.hpp',
              'version.hpp'}

# Those of bench/: its folders, and as `main` the files beside them.
BENCH_LAYERS = ['test', 'micro', 'main', 'flame', 'curves', 'latency', 'memory', 'options', 'stage',
                'adapters', 'replay', 'wordcount', 'sharing', 'service_load', 'runner', 'report',
                'maps', 'workloads']

# Those of bench/service, likewise.
SERVICE_LAYERS = ['test', 'main', 'server', 'session', 'store', 'maps', 'protocol']

# Those of test/sharing, likewise.
SHARING_LAYERS = ['tests', 'main', 'report', 'subjects', 'runtime', 'orders', 'machine']

# What users put into their values. No protocol of the library reads it, so no scheduler needs to.
VALUES = Path('include/ferry/atomic_value.hpp')

SEAM = Path('include/ferry/detail/platform/atomic.hpp')

# (pattern in the code, layers that may, why the others may not)
RESERVED = [
    (re.compile(r'\bstd\s*::\s*(atomic\w*|memory_order\w*)'), ('platform', 'reclaim'),
     'atomics come from platform/atomic.hpp, so that a scheduler can take their place'),
    (re.compile(r'\bthread_local\b'), ('platform', 'reclaim'),
     "a thread's own data belongs to the thread record in reclaim/"),
    (re.compile(r'\bstd\s*::\s*(\w*mutex|\w*lock(_guard)?|condition_variable\w*|call_once|'
                r'once_flag|counting_semaphore|binary_semaphore|latch|barrier)\b'),
     ('platform', 'reclaim'), 'nothing above reclaim/ may wait for another thread'),
    (re.compile(r'\batomic_(thread|signal)_fence\b'), ('platform',),
     'ThreadSanitizer does not see fences: publish by stores, loads and read-modify-writes'),
    (re.compile(r'\.\s*(opaque_\w+|bit_test_and_\w+)\s*\('), (),
     'this operation is inline assembly, which ThreadSanitizer does not see'),
]

RESERVED_HEADERS = {'atomic', 'mutex', 'shared_mutex', 'condition_variable', 'semaphore', 'latch',
                    'barrier'}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


class Order(NamedTuple):
    layers: list
    searched: tuple  # the folders from which includes are named
    design: str  # the document that describes it


LIBRARY = Order(LAYERS, ('include',), 'src/README.md')
BENCH = Order(BENCH_LAYERS, ('bench', 'include'), 'bench/README.md')
SERVICE = Order(SERVICE_LAYERS, ('bench/service', 'include'), 'bench/service/README.md')
SHARING = Order(SHARING_LAYERS,
                ('test/sharing/subjects', 'test/sharing', 'test', 'bench', 'include'),
                'test/sharing/README.md')


def order_of(path):
    if path.parts[:2] == ('test', 'sharing'):
        return SHARING
    if path.parts[:2] == ('bench', 'service'):
        return SERVICE
    return BENCH if path.parts[0] == 'bench' else LIBRARY


def layer_of(path):
    """The layer of a file of the tree, None for a folder that is not in the design."""
    parts = path.parts
    if parts[:2] == ('bench', 'service'):
        folder = parts[2] if len(parts) > 3 else 'main'
        return folder if folder in SERVICE_LAYERS else None
    if parts[0] == 'bench':
        folder = parts[1] if len(parts) > 2 else 'main'
        return folder if folder in BENCH_LAYERS else None
    if parts[:2] == ('test', 'sharing'):
        folder = parts[2] if len(parts) > 3 else 'main'
        return folder if folder in SHARING_LAYERS else None
    if parts[:3] == ('include', 'ferry', 'detail'):
        return parts[3] if len(parts) > 4 and parts[3] in LAYERS else None
    if parts[:2] == ('include', 'ferry'):
        return 'vocabulary' if path.name in VOCABULARY else 'public'
    if parts[0] == 'src':
        return parts[1] if len(parts) > 2 and parts[1] in LAYERS else None
    return None


def included_file(root, path, name):
    """The file of the tree that an include names, None when it names somebody else's."""
    for folder in (path.parent, *order_of(path).searched):
        candidate = Path(folder) / name
        if (root / candidate).is_file():
            return Path(os.path.normpath(candidate))
    return None


def includes_of(root, source):
    """(name as written, line, file of the tree or None) for each include."""
    found = []
    for match in _INCLUDE.finditer(source.text):
        line = source.line_of(match.start())
        if '#' in source.code_line(line):  # not inside a comment
            name = match.group(1) or match.group(2)
            found.append((name, line, included_file(root, source.path, name)))
    return found


def is_below(lower, upper, layers=tuple(LAYERS)):
    """Whether code of `upper` may name what is in `lower`."""
    if lower != upper and {lower, upper} <= ENGINES:
        return False
    return layers.index(lower) >= layers.index(upper)


def check_directions(source, layer, includes):
    order = order_of(source.path)
    for name, line, target in includes:
        other = layer_of(target) if target and order_of(target) is order else None
        if other and not is_below(other, layer, order.layers):
            yield source.path, line, (f'{layer} includes {other} ("{name}"), which does not stand '
                                      f'below it: {" -> ".join(order.layers)}')


def check_headers(source, layer, includes):
    for name, line, target in includes:
        if name.startswith('boost/') and source.path != SEAM:
            yield source.path, line, f'<{name}>: Boost is included in platform/atomic.hpp alone'
        if (name in RESERVED_HEADERS and layer not in ('platform', 'reclaim')
                and source.path != VALUES):
            yield source.path, line, f'<{name}>: only platform/ and reclaim/ may include this'
        if target is None and name.startswith('ferry/'):
            yield source.path, line, f'"{name}" is not a file of the tree'


def check_reserved(source, layer):
    if source.path == VALUES:
        return
    for pattern, allowed, why in RESERVED:
        if layer in allowed:
            continue
        for match in pattern.finditer(source.code):
            yield source.path, source.line_of(match.start()), f'{match.group().strip()}: {why}'


def check_circles(graph):
    """Within a layer the direction says nothing: there, includes must not go in a circle."""
    done, stack = set(), []

    def visit(path):
        stack.append(path)
        for _, line, target in graph.get(path, ()):
            if target in stack:
                circle = stack[stack.index(target):] + [target]
                yield path, line, 'includes go in a circle: ' + ' -> '.join(map(str, circle))
            elif target and target not in done:
                yield from visit(target)
        stack.pop()
        done.add(path)

    for path in graph:
        if path not in done:
            yield from visit(path)


def check(root):
    findings, graph = [], {}
    for source in sources(root, 'include', 'src', 'bench', 'test/sharing'):
        order, layer = order_of(source.path), layer_of(source.path)
        if layer is None:
            findings.append((source.path, 1, f'this folder is not a layer: see {order.design}'))
            continue
        graph[source.path] = includes_of(root, source)
        findings += check_directions(source, layer, graph[source.path])
        if order is LIBRARY:
            findings += check_headers(source, layer, graph[source.path])
            findings += check_reserved(source, layer)
    findings += check_circles(graph)
    return sorted(findings)


if __name__ == '__main__':
    sys.exit(report(check(Path(sys.argv[1]))))
