# SPDX-License-Identifier: BSL-1.0
"""Makes one program of all code blocks of the guide, and compares what it prints with what the pages show.

    guide.py program PAGE... >PROGRAM.cpp
    PROGRAM | guide.py compare PAGE...

A ```cpp block that begins with #include is a file: its text stands in the page's namespace, and a main() in it
is run. Any other is a function's body, which is run. A ```text block directly behind one is what it must print.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

TREE = Path(__file__).resolve().parents[2]


class Block(NamedTuple):
    page: str  # a name for C++
    line: int  # of its first line of code
    path: str  # from the tree's root
    text: str
    shown: str  # what it must print, or None

    @property
    def is_file(self):
        return self.text.startswith('#include')

    @property
    def is_run(self):
        return not self.is_file or 'int main(' in self.text

    @property
    def name(self):
        return f'block_{self.line}'


def blocks_of(path):
    lines = path.read_text(encoding='utf-8').split('\n')
    page = re.sub(r'\W', '_', path.stem)
    where = str(path.resolve().relative_to(TREE))
    found = []
    at = 0
    while at < len(lines):
        if lines[at].startswith('```'):
            kind, begin = lines[at][3:], at + 1
            at = begin
            while lines[at] != '```':
                at += 1
            text = '\n'.join(lines[begin:at])
            directly = begin >= 3 and lines[begin - 2] == '' and lines[begin - 3] == '```'
            if kind == 'cpp':
                found.append(Block(page, begin + 1, where, text, None))
            elif kind == 'text' and directly and found:
                found[-1] = found[-1]._replace(shown=text)
        at += 1
    return found


def program_of(blocks):
    includes, body, runs = {'#include <cstdio>': None}, [], []
    for block in blocks:
        code = block.text
        if block.is_file:
            includes.update(dict.fromkeys(re.findall(r'^#include .*', code, re.M)))
            code = re.sub(r'^#include .*', '', code, flags=re.M)
            code = code.replace('int main()', f'void {block.name}()')
        else:
            code = f'void {block.name}() {{\n#line {block.line} "{block.path}"\n{code}\n}}'
        body.append(f'namespace {block.page} {{\n#line {block.line} "{block.path}"\n{code}\n}}')
        if block.is_run:
            runs.append(f'    std::puts("=== {block.path}:{block.line}");\n'
                        f'    {block.page}::{block.name}();\n    std::fflush(stdout);')
    return '\n'.join([*includes, *body, 'int main() {', *runs, '}', ''])


def compare(blocks, printed):
    """The blocks that printed something else than their pages show."""
    outputs = dict(re.findall(r'^=== (.*)\n((?:(?!=== ).*\n)*)', printed, re.M))
    wrong = []
    for block in blocks:
        place = f'{block.path}:{block.line}'
        if block.is_run and place not in outputs:
            wrong.append(f'{place}: was not run')
        elif block.shown is not None and outputs[place] != block.shown + '\n':
            wrong.append(f'{place}: the page shows\n{block.shown}\nand the code prints\n{outputs[place]}')
    return wrong


def main(what, *pages):
    blocks = [block for page in pages for block in blocks_of(Path(page))]
    if what == 'program':
        print(program_of(blocks), end='')
        return 0
    wrong = compare(blocks, sys.stdin.read())
    print(*wrong, f'{len(blocks)} blocks of {len(pages)} pages, {len(wrong)} wrong', sep='\n')
    return 1 if wrong or not blocks else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
