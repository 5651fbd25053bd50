# SPDX-License-Identifier: BSL-1.0
"""Checks the memory order of every atomic operation in include/ and src/.

    memory_orders.py TREE

Each operation spells its order. An order other than relaxed names its edge, `[E:name]`, and each
edge has a releasing and an acquiring end at two different places. A relaxed operation says why
that is enough: `relaxed: reason`. Edge and reason stand in a comment on the lines of the statement
or in the comment lines directly above it. Where one read-modify-write is its own partner, in
another thread, the comment says `both ends`.

Types are not known here, names are: `x.load()` is no atomic's load when x is declared with a class
of the tree that has a load() of its own.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from include_directions import VALUES
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

_BOTH_ENDS = re.compile(r'\bboth ends\b')

_ATOMIC = r'\batomic\s*<[^;{}()]*>'
_ALIAS = re.compile(rf'\busing\s+(\w+)\s*=\s*[\w:]*{_ATOMIC}')
_CLASS = re.compile(r'\b(?:class|struct)\s+(?:alignas\s*\([^()]*\)\s*)?(\w+)')
_OWN_METHOD = re.compile(r'(?<![\w.>])(load|store|exchange)\s*\(([^()]*)\)[\w\s]*\{')

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


def declared(type_pattern, code, between=r'(?:\s+|\s*[&*]\s*)(?:\w+::\*\s*)?'):
    """Names of variables, members, parameters and functions declared with a type."""
    return set(re.findall(rf'(?:{type_pattern}){between}(\w+)\s*[;:{{=\[,()]', code))


class Names:
    """What the tree's declarations say about names."""

    def __init__(self, files):
        aliases = {alias for file in files for alias in _ALIAS.findall(file.code)}
        self.atomic_type = '|'.join([_ATOMIC, *(rf'\b{alias}\b' for alias in sorted(aliases))])
        self.wrapped = {}  # method to the names whose class has such a method of its own
        for file in files:
            for match in _OWN_METHOD.finditer(file.code):
                classes = _CLASS.findall(file.code, 0, match.start())
                if classes and 'order' not in match.group(2):
                    names = self.wrapped.setdefault(match.group(1), set())
                    for other in files:
                        names |= declared(rf'\b{classes[-1]}\b', other.code)

    def atomics(self, file):
        return declared(self.atomic_type, file.code)

    def atomics_by_value(self, file):
        return declared(self.atomic_type, file.code, between=r'\s+')

    def is_wrapper(self, file, method, receiver):
        return (receiver in self.wrapped.get(method, ())
                and receiver not in self.atomics(file))


def receiver_before(code, end):
    """The last name of the expression that ends at end: `slots` of `here->slots[i]`."""
    position = end
    while True:
        before = code[:position].rstrip()
        if before.endswith(']') or before.endswith(')'):
            depth, start = 0, len(before)
            while start:
                start -= 1
                depth += (before[start] in ')]') - (before[start] in '([')
                if not depth:
                    break
            name = re.search(r'(\w+)\s*$', before[:start])
            if before.endswith(')') and not name:  # (stripe.*which)
                return receiver_before(before, len(before) - 1)
            position = start
        else:
            name = re.search(r'(\w+)$', before)
            return name.group(1) if name else ''


def notes_at(source, start, end):
    """The comments on the lines of the statement around [start, end) and directly above it."""
    statement = max(source.code.rfind(mark, 0, start) for mark in ';{}') + 1
    blank = len(source.code[statement:start]) - len(source.code[statement:start].lstrip())
    first, last = source.line_of(statement + blank), source.line_of(end - 1)
    above = first - 1
    while above in source.comments and not source.code_line(above).strip():
        above -= 1
    return '\n'.join(source.comments.get(line, '') for line in range(above + 1, last + 1))


def operations(source, names, findings):
    for match in _CALL.finditer(source.code):
        name = match.group(1) or match.group(2)
        given, end = arguments(source.code, match.end())
        operands = _OPERANDS.get(name, 1)
        line = source.line_of(match.start())
        if len(given) <= operands:
            if names.is_wrapper(source, name, receiver_before(source.code, match.start())):
                continue
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


def check_operators(source, names):
    """Operators on atomics are sequentially consistent without a word."""
    for name in names.atomics_by_value(source):
        for match in re.finditer(
                rf'(\+\+|--)\s*{name}\b|(?<![\w.>]){name}\s*(\+\+|--|[-+|&^]?=(?!=))',
                source.code):
            before = source.code[:match.start()].rstrip()
            if match.group(2) and re.search(r'[\w>&*]$', before):
                continue  # a declaration
            yield (source.path, source.line_of(match.start()),
                   f'an operator on the atomic {name} hides its memory order: '
                   'call the operation by name')


def check(root):
    findings, ends, mentioned = [], {}, {}
    files = [source for source in sources(root, 'include', 'src')
             if source.path != VALUES]  # their orders are their users'
    names = Names(files)
    for source in files:
        findings += check_operators(source, names)
        for line, comment in source.comments.items():
            for edge in _EDGE.findall(comment):
                mentioned.setdefault(edge, (source.path, line))
        for operation in operations(source, names, findings):
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
        elif (len(releasing | acquiring) < 2
              and not any(_BOTH_ENDS.search(operation.notes) for _, operation in carriers)):
            findings.append((*place, f'[E:{edge}] has one end only: its partner must name it too, '
                                     'or, if it is its own in another thread: both ends'))
    return sorted(findings)


if __name__ == '__main__':
    sys.exit(report(check(Path(sys.argv[1]))))
