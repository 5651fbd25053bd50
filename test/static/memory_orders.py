# SPDX-License-Identifier: BSL-1.0
"""Checks the memory order of every atomic operation in include/ and src/.

    memory_orders.py TREE

Each operation spells its order. An order other than relaxed names its edge, `[E:name]`, and each
edge has a releasing and an acquiring end at two different places. A relaxed operation says why
that is enough: `relaxed: reason`. Edge and reason stand in a comment on the lines of the statement
or in the comment lines directly above it.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from source_text import report, sources

_CALL = re.compile(
    r'(?:\.|->)\s*(load|store|exchange|test_and_set|compare_exchange_weak|'
    r'compare_exchange_strong|fetch_(?:add|sub|and|or|xor))\s*\('
    r'|\b(atomic_thread_fence)\s*\(')

_ORDER = re.compile(r'\b(?:memory_order(?:_|::))?'
                    r'(relaxed|consume|acquire|release|acq_rel|seq_cst)\b')
_PASSED_ON = re.compile(r'^\w*order\w*$')  # a parameter: the caller spells it
_EDGE = re.compile(r'\[E:([^\]\n]*)\]')
_EDGE_NAME = re.compile(r'^[a-z][a-z0-9]*(-[a-z0-9]+)*$')
_REASON = re.compile(r'\brelaxed:\s*\S')

_DECLARED = re.compile(r'\batomic\s*<[^;{}()]*>\s*(\w+)\s*[;{=\[]')

# Arguments before the order.
_OPERANDS = {'load': 0, 'test_and_set': 0, 'atomic_thread_fence': 0, 'store': 1, 'exchange': 1,
             'compare_exchange_weak': 2, 'compare_exchange_strong': 2}

_RELEASING = {'release', 'acq_rel', 'seq_cst'}
_ACQUIRING = {'consume', 'acquire', 'acq_rel', 'seq_cst'}


@dataclass
class Operation:
    name: str
    line: int
    orders: set[str]
    notes: str  # the comments that go with it

    @property
    def releases(self):
        return self.name != 'load' and bool(self.orders & _RELEASING)

    @property
    def acquires(self):
        return self.name != 'store' and bool(self.orders & _ACQUIRING)


def arguments(code, start):
    """The arguments of the call whose opening parenthesis ends at start, and the call's end."""
    depth, begin, found, position = 1, start, [], start
    while depth:
        char = code[position]
        if char in '([{':
            depth += 1
        elif char in ')]}':
            depth -= 1
        if (depth == 1 and char == ',') or depth == 0:
            found.append(code[begin:position].strip())
            begin = position + 1
        position += 1
    return [argument for argument in found if argument], position


def notes_at(source, start, end):
    """The comments on the lines of the statement around [start, end) and directly above it."""
    statement = max(source.code.rfind(mark, 0, start) for mark in ';{}') + 1
    blank = len(source.code[statement:start]) - len(source.code[statement:start].lstrip())
    first, last = source.line_of(statement + blank), source.line_of(end - 1)
    above = first - 1
    while above in source.comments and not source.code_line(above).strip():
        above -= 1
    return '\n'.join(source.comments.get(line, '') for line in range(above + 1, last + 1))


def operations(source, findings):
    for match in _CALL.finditer(source.code):
        name = match.group(1) or match.group(2)
        given, end = arguments(source.code, match.end())
        operands = _OPERANDS.get(name, 1)
        line = source.line_of(match.start())
        if len(given) <= operands:
            findings.append((source.path, line, f'{name}() does not spell its memory order'))
            continue
        orders = set()
        for argument in given[operands:]:
            orders |= set(_ORDER.findall(argument))
        if orders:
            yield Operation(name, line, orders, notes_at(source, match.start(), end))
        elif not any(_PASSED_ON.match(argument) for argument in given[operands:]):
            # With other arguments there, load, store and exchange are no atomic's.
            if name not in ('load', 'store', 'exchange'):
                findings.append((source.path, line,
                                 f'{name}() does not spell its memory order'))


def check_operators(source):
    """Operators on atomics are sequentially consistent without a word."""
    for name in set(_DECLARED.findall(source.code)):
        for match in re.finditer(
                rf'(\+\+|--)\s*{name}\b|(?<![\w.>]){name}\s*(\+\+|--|[-+|&^]?=(?!=))',
                source.code):
            before = source.code[:match.start()].rstrip()
            if before.endswith('>'):
                continue  # its declaration
            yield (source.path, source.line_of(match.start()),
                   f'an operator on the atomic {name} hides its memory order: '
                   'call the operation by name')


def check(root):
    findings, ends, mentioned = [], {}, {}
    for source in sources(root, 'include', 'src'):
        findings += check_operators(source)
        for line, comment in source.comments.items():
            for edge in _EDGE.findall(comment):
                mentioned.setdefault(edge, (source.path, line))
        for operation in operations(source, findings):
            place = (source.path, operation.line)
            edges = _EDGE.findall(operation.notes)
            if operation.orders == {'relaxed'}:
                if not _REASON.search(operation.notes):
                    findings.append((*place, f'relaxed {operation.name}() does not say why that '
                                             'is enough: // relaxed: reason'))
            elif not edges:
                findings.append((*place, f'{operation.name}() with {", ".join(sorted(operation.orders))} '
                                         'names no edge: // [E:name]'))
            else:
                for edge in edges:
                    ends.setdefault(edge, []).append((place, operation))

    for edge, place in mentioned.items():
        if not _EDGE_NAME.match(edge):
            findings.append((*place, f'[E:{edge}] is no name: small letters, digits and dashes'))
        elif edge not in ends:
            findings.append((*place, f'[E:{edge}] is carried by no operation'))
    for edge, carriers in ends.items():
        releasing = {place for place, operation in carriers if operation.releases}
        acquiring = {place for place, operation in carriers if operation.acquires}
        place = carriers[0][0]
        if not releasing:
            findings.append((*place, f'[E:{edge}] has no releasing end'))
        elif not acquiring:
            findings.append((*place, f'[E:{edge}] has no acquiring end'))
        elif len(releasing | acquiring) < 2:
            findings.append((*place, f'[E:{edge}] has one end only: its partner must name it too'))
    return sorted(findings)


if __name__ == '__main__':
    sys.exit(report(check(Path(sys.argv[1]))))
