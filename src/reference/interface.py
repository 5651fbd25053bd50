# SPDX-License-Identifier: BSL-1.0
"""What a user sees of the public headers, as headers that doxygen reads.

The classes of ferry inherit their members from classes of detail/, which have an engine for a parameter, and stand in
inline namespaces. Here each public class has all its members itself, in sections, without bodies and without what is
no interface. The opening comment of a header goes to the class that the header is named after.
"""

import re
from dataclasses import dataclass, field

# Comments with these words are about functions that users do not call.
NOT_FOR_USERS = re.compile(r"For the (interface|maps' use)\.|for the maps' use")

# The section of functions that container.hpp and the classes above it share.
SECTION_OF = {
    'contains': 'Lookup', 'count': 'Lookup', 'find': 'Lookup', 'find_owned': 'Lookup',
    'erase': 'Removal', 'extract': 'Removal', 'extract_owned': 'Removal', 'erase_many': 'Removal', 'clear': 'Removal',
    'size': 'Whole container', 'empty': 'Whole container', 'items': 'Whole container',
    'hash_function': 'Observers', 'key_eq': 'Observers', 'get_allocator': 'Observers',
}
TYPES, CONSTRUCTION = 'Types', 'Construction'
ORDER = [TYPES, CONSTRUCTION, 'Pinning', 'Lookup', 'Insertion', 'Update', 'Removal', 'Whole container',
         'Capacity and upkeep', 'Observers']

OPENING = {'(': ')', '{': '}', '[': ']'}


@dataclass
class Part:
    """A declaration: its comment, its text without a body, and the body."""
    comment: str
    text: str
    body: str = ''
    section: str = ''

    @property
    def name(self):
        """Of a function, also an operator; otherwise empty."""
        head = re.sub(r'^(template\s*<.*?>\s*)?(requires\s*\(.*?\)\)?\s)?', '', self.text, flags=re.S)
        found = re.search(r'(operator\s*\S+?|operator bool|~?\w+)\s*\(', head)
        return found[1] if found else ''

    @property
    def kind(self):
        found = re.match(r'(?:template\s*<.*?>\s*)?(?:requires\s*\(.*\)\s*)?(class|struct|enum|namespace|friend|using|'
                         r'static_assert)\b', self.text, re.S)
        return found[1] if found else ''


# What doxygen cannot show as it stands.
REQUIREMENTS = {
    'is_integer': 'T is an integer',
    '(!std::convertible_to<const K &, key_type> && std::constructible_from<key_type, const K &> && '
    'Engine::template as_it_is<K>)':
        'Hash and KeyEqual take a K, which does not convert to Key by itself',
}

def skip_literal(text, at):
    """The end of the string, character or comment that begins at `at`; `at` itself if none does."""
    if text.startswith('//', at):
        end = text.find('\n', at)
        return len(text) if end < 0 else end
    if text[at] == '"' or (text[at] == "'" and not text[at - 1].isalnum()):
        end = at + 1
        while text[end] != text[at]:
            end += 2 if text[end] == '\\' else 1
        return end + 1
    return at


def end_of(text, at):
    """The position behind what is opened at `at`."""
    closing, depth = OPENING[text[at]], 0
    opening = text[at]
    while True:
        behind = skip_literal(text, at)
        if behind != at:
            at = behind
            continue
        if text[at] == opening:
            depth += 1
        elif text[at] == closing:
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1


def is_type(text):
    return re.match(r'(template\s*<.*>\s*)?(requires\s*\(.*\)\s*)?(inline\s+)?(class|struct|enum|namespace)\b', text, re.S)


def parts_of(text, access='public'):
    """The public declarations of a class's body or of a namespace."""
    parts, comment, section = [], [], ''
    at = 0
    while at < len(text):
        line = re.compile(r'[ \t]*([^\n]*)\n?').match(text, at)
        words = line[1].strip()
        if words.startswith('///<') and parts:
            parts[-1].comment += ' ' + words[4:].strip()
            at = line.end()
        elif words.startswith('///'):
            comment.append(words[3:].removeprefix(' '))
            at = line.end()
        elif words.startswith('//'):
            if title := re.match(r'// --- (.*?)(:.*)? ---', words):
                section = title[1].capitalize()
            at = line.end()
        elif not words:
            comment = []
            at = line.end()
        elif words.startswith('#'):
            at = line.end()
        elif label := re.fullmatch(r'(public|private|protected):', words):
            access = label[1]
            at = line.end()
        elif re.fullmatch(r'}|FERRY_\w+', words):
            at = line.end()
        else:
            part, at = declaration(text, line.start(1), '\n'.join(comment))
            part.section = section
            if access == 'public':
                parts.append(part)
            comment = []
    return parts


def declaration(text, begin, comment):
    at = begin
    while True:
        behind = skip_literal(text, at)
        if behind != at:
            at = behind
        elif text[at] == ';':
            return Part(comment, text[begin:at].strip()), at + 1
        elif text[at] in '([':
            at = end_of(text, at)
        elif text[at] == '{':
            head, end = text[begin:at].strip(), end_of(text, at)
            if re.search(r'\bconcept\b', head) or ('(' not in head and not is_type(head)):
                at = end
                continue
            body = text[at + 1:end - 1]
            if is_type(head) and not re.match(r'(inline )?namespace', head):
                end = text.index(';', end) + 1
            return Part(comment, head, body), end
        else:
            at += 1


def without_initializers(text):
    """A constructor without what stands behind its colon; a function without its trailing `requires`."""
    wanted = ''
    at = text.index('(') if '(' in text else 0
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] in '([{') - (text[i] in ')]}')
        if depth == 0 and text[i] == ':' and text[i - 1] != ':' and text[i + 1] != ':':
            return text[:i].rstrip(), wanted
        if depth == 0 and re.match(r'\brequires\b', text[i:]) and not text[i - 1].isalnum() and \
                not text[:i].rstrip().endswith('>'):
            wanted = ' '.join(text[i + len('requires'):].split())
            return text[:i].rstrip(), wanted
    return text, wanted


def tidy(part):
    """The part as a user would declare it."""
    text = re.sub(r'\[\[gnu::always_inline\]\]\s*|FERRY_API\s+', '', part.text)
    text = re.sub(r'(template\s*<[^()]*>)\s*requires(?=\s*\()', r'\1 requires', text)
    if leading := re.match(r'template\s*<[^()]*?>\s*requires\s*(?=\()', text):
        text = text[:leading.end()].replace('requires', '').rstrip() + '\n' + text[end_of(text, leading.end()):].lstrip()
    comment = part.comment
    if not part.kind or part.kind == 'friend':
        text, wanted = without_initializers(text)
        if wanted and 'no_value' not in wanted:
            comment += '\n\nRequires: ' + REQUIREMENTS.get(wanted, f'`{wanted}`') + '.'
    return Part(comment, text, part.body, part.section)


def markdown(comment):
    """Escapes what doxygen would take for a tag; what stands between backticks stays. The header whose comment
    holds for all containers is shown as its class."""
    pieces = comment.replace('concurrent_map.hpp', 'ferry::concurrent_map').split('`')
    for i in range(0, len(pieces), 2):
        pieces[i] = pieces[i].replace('<', '&lt;').replace('>', '&gt;')
    for i in range(1, len(pieces), 2):
        pieces[i] = ' '.join(pieces[i].split())
    return '`'.join(pieces)


def essay_of(text):
    """The opening comment of a header, without its first paragraph, which is a title, as Markdown."""
    opening = re.search(r'#pragma once\n\n((?://.*\n)+)', text)
    if not opening:
        return ''
    lines = [line[2:].removeprefix(' ') for line in opening[1].rstrip('\n').split('\n')]
    paragraphs = '\n'.join(lines).split('\n\n')[1:]
    shown = []
    for paragraph in paragraphs:
        inside = [line.removeprefix('  ') for line in paragraph.split('\n')]
        text_lines = [line for line in paragraph.split('\n') if not line.startswith('  ')]
        if paragraph.startswith('  ') and not paragraph.lstrip().startswith('- '):
            shown.append('\n'.join(['```cpp' if ';' in paragraph else '```text', *inside, '```']))
        elif re.search(r'^  - ', paragraph, re.M):
            at = len(text_lines) if not paragraph.startswith('  - ') else 0
            before = paragraph.split('\n')[:at]
            items = '\n'.join(line.removeprefix('  ') for line in paragraph.split('\n')[at:])
            shown.append(markdown('\n'.join([*before, '', items]).strip('\n')))
        else:
            shown.append(markdown(paragraph))
    return '\n\n'.join(shown)


def comment_of(text, indent=''):
    if not text.strip():
        return ''
    lines = '\n'.join(f'{indent} * {line}'.rstrip() for line in text.strip('\n').split('\n'))
    return f'{indent}/**\n{lines}\n{indent} */\n'


@dataclass
class Shown:
    """A class as users see it."""
    head: str
    comment: str
    parts: list
    nested: list = field(default_factory=list)

    def text(self, indent=''):
        inner = indent + '    '
        out = [comment_of(self.comment, indent) + f'{indent}{self.head} {{\n{indent}public:']
        for section in sorted({p.section for p in self.parts}, key=self.place):
            if section:
                out.append(f'{inner}/** @name {section} */\n{inner}/** @{{ */')
            for part in self.parts:
                if part.section == section:
                    out.append(self.member(part, inner))
            if section:
                out.append(f'{inner}/** @}} */')
        out += [each.text(inner) for each in self.nested]
        return '\n'.join(out) + f'\n{indent}}};\n'

    @staticmethod
    def place(section):
        return ORDER.index(section) if section in ORDER else -1

    @staticmethod
    def member(part, indent):
        body = ' {' + part.body + '}' if part.kind == 'enum' else ''
        return comment_of(markdown(part.comment), indent) + indent + ' '.join(part.text.split()) + body + ';'


def public_parts(body, rename=None, sectioned=False, access='private'):
    """The members of a class for users. A function without a comment has that of the one before, if they share a
    name; the same name has the same section."""
    shown, last = [], None
    for part in parts_of(body, access):
        own_name = part.name
        if not part.comment and last is not None and own_name and own_name == last.name:
            part.comment = last.comment
        if not NOT_FOR_USERS.search(part.comment):
            last = part
        if NOT_FOR_USERS.search(part.comment) or part.kind == 'static_assert' or \
                (part.kind == 'friend' and not part.comment) or \
                re.match(r'using (typename )?(base|type)::|using typename|template\s*<.*>\s*friend', part.text) or \
                re.search(r'=\s*delete$', part.text):
            continue
        made = tidy(part)
        for old, new in (rename or {}).items():
            made.text = re.sub(old, new, made.text)
        if sectioned:
            made.section = TYPES if part.kind == 'using' else SECTION_OF.get(own_name, made.section or CONSTRUCTION)
            if made.section.startswith('Whole'):
                made.section = 'Whole container'
            if made.section == 'Insertion and removal':
                made.section = 'Insertion'
        shown.append(made)
    return shown
