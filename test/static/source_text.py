# SPDX-License-Identifier: BSL-1.0
"""C++ sources as the lints see them: code with comments and literals blanked, comments by line."""

import re
from dataclasses import dataclass
from pathlib import Path

# Alternatives in the order they must be tried: a comment mark inside a literal is no comment.
_TOKEN = re.compile(
    r'''(?P<raw>R"(?P<delimiter>[^()\\\s]*)\(.*?\)(?P=delimiter)")
      | (?P<text>"(?:\\.|[^"\\\n])*" | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*')
      | (?P<line>//[^\n]*)
      | (?P<block>/\*.*?\*/)''',
    re.DOTALL | re.VERBOSE)


@dataclass
class Source:
    path: Path  # relative to the tree
    text: str
    code: str  # as long as text, line for line, comments and literals blanked
    comments: dict[int, str]  # line number, from 1, to the comment text on it

    def line_of(self, offset):
        return self.text.count('\n', 0, offset) + 1

    def code_line(self, number):
        return self.code.split('\n')[number - 1]


def parse(path, text):
    comments = {}

    def blank(match):
        token = match.group()
        if match.group('line') or match.group('block'):
            first = text.count('\n', 0, match.start()) + 1
            for number, line in enumerate(token.split('\n'), first):
                comments[number] = comments.get(number, '') + line
        return re.sub(r'[^\n]', ' ', token)

    return Source(path, text, _TOKEN.sub(blank, text), comments)


def sources(root, *folders):
    """Every header and source below these folders of the tree, in a stable order."""
    for folder in folders:
        for path in sorted((root / folder).rglob('*')):
            if path.suffix in ('.hpp', '.cpp'):
                yield parse(path.relative_to(root), path.read_text(encoding='utf-8'))


def report(findings):
    """Prints the findings and returns the exit status."""
    for path, line, sentence in findings:
        print(f'{path}:{line}: {sentence}')
    return 1 if findings else 0
