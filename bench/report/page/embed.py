# SPDX-License-Identifier: BSL-1.0
"""Joins the page's files and D3 into one text and writes it as C++ (text.hpp says what it defines).

    embed.py OUT.cpp page.html page.css d3.min.js SCRIPT.js...
"""

import re
import sys
from pathlib import Path

# No more than this, in bytes, as one string literal: compilers must only take 65536.
PIECE = 60000
DELIMITER = 'ferry_page'


def fail(sentence):
    sys.exit(f'embed.py: {sentence}')


def without_license_line(text):
    """The page says its license once, at its top."""
    return re.sub(r'^(//|/\*) SPDX-License-Identifier:.*\n+', '', text)


def fill(template, parts):
    for mark in parts:
        if template.count(mark) != 1:
            fail(f'page.html must have {mark} once')
    # In one pass: what is put in may hold anything.
    return re.sub('|'.join(map(re.escape, parts)), lambda m: parts[m.group()], template)


def pieces(text):
    data = text.encode()
    while data:
        end = min(PIECE, len(data))
        # A character is not cut in two: the next piece must not begin within one.
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        yield data[:end].decode()
        data = data[end:]


def literal(text):
    if f'){DELIMITER}"' in text:
        fail('the page holds the delimiter of its string literals')
    return f'R"{DELIMITER}({text}){DELIMITER}"'


def main(out, html, css, d3, *scripts):
    def read(path):
        return Path(path).read_text(encoding='utf-8')

    d3_text = read(d3)
    version = re.search(r'version:\s*"(\d+)\.', d3_text)
    if not version or version.group(1) != '3':
        fail(f'{d3} is not D3 3.x, for which the page is written')
    script_text = '\n'.join(without_license_line(read(path)) for path in scripts)
    for path, text in ((d3, d3_text), ('the scripts', script_text)):
        if '</script' in text.lower():
            fail(f'{path} holds "</script", which would end the script in the page')

    page = fill(read(html), {
        '@style@': without_license_line(read(css)),
        '@d3@': d3_text,
        '@scripts@': script_text,
        # What write_page() fills is cut there, at a character that is in no text.
        '@remarks@': '\0',
        '@results@': '\0',
    })
    texts = page.split('\0')
    if len(texts) != 3:
        fail('a file of the page holds a NUL')
    lines = ['// Written by embed.py.', '#include "report/page/text.hpp"', '',
             'namespace ferry::bench {', '']
    for name, text in zip(('until_remarks', 'until_results', 'rest'), texts):
        literals = ',\n'.join(literal(piece) for piece in pieces(text))
        lines += [f'static constexpr std::string_view {name}_pieces[] = {{\n{literals}}};',
                  f'const std::span<const std::string_view> page_{name}{{{name}_pieces}};', '']
    lines += ['} // namespace ferry::bench', '']
    Path(out).write_text('\n'.join(lines), encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
