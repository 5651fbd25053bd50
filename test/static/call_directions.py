# SPDX-License-Identifier: BSL-1.0
"""Checks that calls go downwards through the layers of the library, as includes do. A template can
call what it never includes: a function that only layers above define, on an argument whose type it
does not know. What a layer calls so must be in a concept of its own.

    call_directions.py TREE
"""

import re
import sys
from pathlib import Path

from include_directions import LAYERS, is_below, layer_of
from source_text import report, sources

# A function's head: its name, the list in parentheses, and the body, or `= default` and the like.
_DEFINED = re.compile(
    r'(?<![.>:\w])(?:\w+(?:<[^<>;{}]*>)?::)?(~?\w+)\s*\((?:[^(){};]|\([^(){};]*\))*\)\s*'
    r'(?:const\b\s*|noexcept\b\s*(?:\([^{};]*?\))?\s*|requires\b[^{};]*|->\s*[\w:<>*&, ]+)*'
    r'(?::[^;{}]*(?:\{[^{}]*\}[^;{}]*)*)?\{')
# A call of ferry's own: qualified, or on an object whose type is a template's parameter.
_CALLED = re.compile(r'(?:\bengine\s*::\s*|'
                     r'\b(?:core|engine\s*\(\s*\)|engine|same)\s*\.\s*(?:template\s+)?)'
                     r'(\w+)\s*(?:<[^<>;(){}]*>\s*)?\(')
_CONCEPT = re.compile(r'\bconcept\b.*?^\s*\};', re.DOTALL | re.MULTILINE)
_KEYWORDS = {'if', 'for', 'while', 'switch', 'catch', 'return', 'sizeof', 'alignas', 'constexpr'}


def defined_in(source):
    return {name for name in _DEFINED.findall(source.code) if name not in _KEYWORDS}


def required_in(source):
    """What the concepts of a file require by name."""
    return {name for concept in _CONCEPT.findall(source.code) for name in _CALLED.findall(concept)}


def check(root):
    library = [each for each in sources(root, 'include', 'src') if layer_of(each.path)]
    layers_of = {}  # of each function, those that define or require it
    for source in library:
        for name in defined_in(source) | required_in(source):
            layers_of.setdefault(name, set()).add(layer_of(source.path))
    findings = []
    for source in library:
        layer = layer_of(source.path)
        for match in _CALLED.finditer(source.code):
            name = match.group(1)
            known = layers_of.get(name, ())
            if known and not any(is_below(each, layer) for each in known):
                highest = min(known, key=LAYERS.index)
                findings.append((source.path, source.line_of(match.start()), (
                    f'{layer} calls {name}, which only {highest} defines, not below it: require it '
                    f'in a concept of {layer}, or move it')))
    return sorted(findings)


if __name__ == '__main__':
    sys.exit(report(check(Path(sys.argv[1]))))
