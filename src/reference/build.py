#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes the reference and the guide as HTML: OUT/index.html. Needs doxygen. A warning is an error, and so is a link
that leads nowhere.

    src/reference/build.py OUT
"""

import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import interface as of
from interface import Shown

HERE = Path(__file__).resolve().parent
TREE = HERE.parents[1]
INCLUDE = TREE / 'include/ferry'
GUIDE = TREE / 'src/guide'

# Public headers that only include what declares their classes.
DECLARED_IN = {
    'guard': ['detail/reclaim/guard.hpp', 'detail/reclaim/owned_guard.hpp', 'detail/reclaim/epoch_domain.hpp'],
    'unusable_address': ['detail/node/unusable_address.hpp'],
}
# Names that users have for classes below the public headers: `using NAME = engine::CLASS;`, with the header where
# they are shown.
ELSEWHERE = {'scan_position': 'concurrent_map'}
NOT_SHOWN = {'fwd', 'version'}

NODE_NAMES = {
    r'typename Engine::(key_type|owned_key)': 'Key', r'typename Engine::value_type': 'T',
    r'typename Engine::hasher': 'Hash', r'typename Engine::key_equal_type': 'KeyEqual',
    r'typename Core::key_type': 'Key', r'typename Core::value_type': 'T',
    r'\btypename base::': '', r'\bbase::': '',
}
FLAT_NAMES = {**NODE_NAMES, r'typename Engine::key_equal_type': 'std::equal_to<>'}


def containers():
    """Of each container: its header, the class that it inherits from, its handle, and how names in these read here."""
    for name, engine in (('concurrent_map', 'node'), ('concurrent_set', 'node'),
                         ('concurrent_flat_map', 'flat'), ('concurrent_flat_set', 'flat')):
        kind = name.rpartition('_')[2]
        header = name.replace('flat_set', 'flat_map')
        shown = 'T' if kind == 'map' else 'Key'
        found = f'std::optional<{shown}>' if engine == 'flat' else f'const {shown} *'
        yield name, header, f'basic_{kind}', ('handle' if engine == 'node' else 'flat_handle'), {
            **(NODE_NAMES if engine == 'node' else FLAT_NAMES),
            r'\bcontainer\b': name, r'auto find\(': found + ' find(', r'\bflat_handle\b': 'handle',
            r'(decltype\(auto\)|const auto &) *key\(': 'const Key &key(',
            r'(decltype\(auto\)|const auto &) *operator\*': f'const {shown} &operator*',
            r'(auto|const auto \*) *operator->': f'const {shown} *operator->',
        }


def class_in(text, name):
    """The comment, head and body of a class."""
    found = re.search(r'((?:^///.*\n)*)((?:^template [^;{]*?)?^(?:class|struct) (?:\[\[nodiscard\]\] )?' + name +
                      r'\b[^;{]*)\{', text, re.M)
    begin = found.end() - 1
    comment = re.sub(r'^/// ?', '', found[1], flags=re.M)
    return comment, found[2].strip(), text[begin + 1:of.end_of(text, begin) - 1]


def read(name):
    return (INCLUDE / name).read_text(encoding='utf-8')


def container(name, header, base, handle, names):
    text = read(f'{header}.hpp')
    comment, _, body = class_in(text, name)
    parts = of.public_parts(body, names, True)
    bases = [('container', 'container'), ('whole', 'whole_container'), (base, base)]
    if base == 'basic_map':
        bases.append(('updates', 'map_updates'))
    for file, inherited in bases:
        parts += of.public_parts(class_in(read(f'detail/interface/{file}.hpp'), inherited)[2], names, True)
    parts = [p for p in parts if not p.text.startswith(('using handle', 'using owned_handle'))]
    head = re.search(rf'template <(?:(?!template <|;).)*>\nclass {name};', read('fwd.hpp'), re.S)[0].rstrip(';')
    about, _, handle_body = class_in(read(f'detail/{"flat" if handle == "flat_handle" else "node"}/handle.hpp'), handle)
    parts_of_handle = of.public_parts(handle_body, names)
    if name.endswith('set'):
        parts_of_handle = [p for p in parts_of_handle if p.name != 'value' and 'value_type' not in p.text]
    essay = of.essay_of(text) or 'Every statement of ferry::concurrent_map holds here.'
    return Shown(' '.join(head.split()), of.markdown(comment) + '\n\n' + essay, parts,
                 [Shown('class handle', of.markdown(about), parts_of_handle)]).text()


def others(text, essay):
    """What a header declares besides containers. Its opening comment goes to the first class or function."""
    shown = []
    for part in of.parts_of(text):
        if part.text == 'namespace ferry':
            made, essay = others(part.body, essay)
            shown.append(made)
        elif part.kind == 'namespace' or part.text.startswith(('inline namespace', 'static_assert')) or \
                '->' in re.sub(r'noexcept\s*->.*|\{.*', '', part.text, flags=re.S) or of.NOT_FOR_USERS.search(part.comment):
            continue
        elif part.kind in ('class', 'struct'):
            if not part.body.strip() and part.text.count(' ') == 1 and not part.comment:
                continue  # a declaration
            head, names = of.tidy(part).text, NODE_NAMES
            if 'word_like' in part.text:  # another name, because it would be the one of the general template
                head, names = re.sub(r'\bKey\b', 'Word', head), {r'\bKey\b': 'Word'}
            head = ' '.join(re.sub(r'\[\[nodiscard\]\] ', '', head).split())
            access = 'private' if part.kind == 'class' else 'public'
            shown.append(Shown(head, of.markdown(part.comment) + '\n\n' + essay,
                               of.public_parts(part.body, names, access=access)).text())
            essay = ''
        else:
            shown.append(Shown.member(of.tidy(part), ''))
    return '\n'.join(shown), essay


def write_headers(out):
    made = {name: container(name, *how) for name, *how in containers()}
    for path in sorted(INCLUDE.glob('*.hpp')):
        if path.stem in NOT_SHOWN:
            continue
        text = path.read_text(encoding='utf-8')
        shown = [made[name] for name, header, *_ in containers() if header == path.stem]
        if not shown:
            sources = [read(name) for name in DECLARED_IN.get(path.stem, [])] or [text]
            essay = of.essay_of(text)
            for source in sources:
                declared, essay = others(source, essay)
                shown.append(declared)
        for name, header in ELSEWHERE.items():
            if header == path.stem:
                for source in INCLUDE.glob('detail/**/*.hpp'):
                    alias = re.search(rf'((?:^///.*\n)+)using {name} = engine::(\w+);', read(source), re.M)
                    if alias:
                        about = re.sub(r'^/// ?', '', alias[1], flags=re.M)
                        _, head, body = class_in(read(source), alias[2])
                        parts = of.public_parts(body, {rf'\b{alias[2]}\b': name})
                        shown.append(Shown(head.replace(alias[2], name), of.markdown(about), parts).text())
        (out / path.name).write_text('namespace ferry {\n' + '\n'.join(shown) + '\n}\n', encoding='utf-8')
    pmr = re.search(r'((?:^///.*\n)+)(namespace pmr \{.*?^\} // namespace pmr)', read('fwd.hpp'), re.M | re.S)
    about = of.comment_of(of.markdown(re.sub(r'^/// ?', '', pmr[1], flags=re.M)))
    (out / 'fwd.hpp').write_text(f'/// All of ferry.\nnamespace ferry {{\n{about}{pmr[2]}\n}}\n', encoding='utf-8')


# --- the guide -----------------------------------------------------------------------------------


def slug_of(title):
    return re.sub(r'[^\w -]', '', title.lower()).replace(' ', '-')


def write_pages(out):
    pages = sorted(GUIDE.glob('*.md'))
    wanted = set(re.findall(r'#([\w-]+)\)', ' '.join(path.read_text(encoding='utf-8') for path in pages)))
    for path in pages:
        page = 'guide' if path.stem == 'README' else path.stem
        lines, code = [], False
        for line in path.read_text(encoding='utf-8').split('\n'):
            if line.startswith('```'):
                code = not code
            elif not code and line.startswith('<!--'):
                continue
            elif not code:
                line = re.sub(r'\]\(([^)\s]+)\)', lambda link: '](' + target_of(link[1], page, pages) + ')', line)
                line = re.sub(r'\[([^]]*)\]\(FILE:([^)]*)\)', r'\1 (`\2`)', line)
                if heading := re.match(r'(#+) (.*)', line):
                    if heading[1] == '#':
                        line += f' {{#{page}}}'
                    elif slug_of(heading[2]) in wanted:
                        line += f' {{#{page}-{slug_of(heading[2])}}}'
            lines.append(line)
        (out / f'{page}.md').write_text('\n'.join(lines).lstrip('\n'), encoding='utf-8')


def target_of(link, page, pages):
    """Where a link of a page leads in HTML. Files that are not there are named: FILE:path."""
    path, _, fragment = link.partition('#')
    if not path:
        return f'@ref {page}-{fragment}'
    file = (GUIDE / path).resolve()
    if not file.exists():
        sys.exit(f'{page}.md: {link}: no such file')
    if file in pages:
        name = 'guide' if file.stem == 'README' else file.stem
        return f'@ref {name}-{fragment}' if fragment else f'@ref {name}'
    if file.parent == HERE:
        return 'annotated.html'
    return f'FILE:{file.relative_to(TREE)}'


# --- doxygen, and its links ----------------------------------------------------------------------


# The tabs above each page, by doxygen's names: their titles, or nothing if they are not shown.
TABS = {'mainpage': 'Guide', 'pages': '', 'namespaces': '', 'classes': 'Classes', 'files': '', 'examples': '',
        'classindex': '', 'hierarchy': '', 'classmembers': '', 'concepts': '', 'interfaces': '', 'structs': '',
        'exceptions': '', 'modules': ''}


def write_layout(path):
    """Doxygen's own, with our tabs: its format differs between versions."""
    subprocess.run(['doxygen', '-l', path], check=True)
    text = path.read_text(encoding='utf-8')
    for tab, title in TABS.items():
        text = re.sub(rf'(<tab type="{tab}") visible="[^"]*" title=""',
                      rf'\1 visible="{"yes" if title else "no"}" title="{title}"', text)
    text = text.replace('</navindex>', '<tab type="user" url="@ref ferry" title="Functions and types"/></navindex>')
    path.write_text(text, encoding='utf-8')


def run_doxygen(work, out):
    version = re.search(r'FERRY_VERSION_STRING "(.*)"', read('version.hpp'))[1]
    settings = (HERE / 'Doxyfile').read_text(encoding='utf-8') + f'''
PROJECT_NUMBER = {version}
INPUT = "{work}/pages" "{work}/ferry"
USE_MDFILE_AS_MAINPAGE = "{work}/pages/guide.md"
STRIP_FROM_PATH = "{work}" "{work}/pages"
STRIP_FROM_INC_PATH = "{work}"
OUTPUT_DIRECTORY = "{work}"
HTML_EXTRA_STYLESHEET = "{HERE}/style.css"
LAYOUT_FILE = "{work}/layout.xml"
'''
    write_layout(work / 'layout.xml')
    ran = subprocess.run(['doxygen', '-'], input=settings, capture_output=True, text=True, cwd=work, check=False)
    said = (ran.stdout + ran.stderr).replace(f'{work}/', '').strip()
    if said or ran.returncode != 0:
        print(said or f'doxygen ended with {ran.returncode}')
        return False
    # Members stand without their class's name (HIDE_SCOPE_NAMES), and classes without their namespace's.
    title = '<div class="title">'
    for path in [*(work / 'html').glob('classferry_*.html'), *(work / 'html').glob('structferry_*.html')]:
        path.write_text(path.read_text(encoding='utf-8').replace(title, f'{title}ferry::'), encoding='utf-8')
    shutil.rmtree(out, ignore_errors=True)
    shutil.move(work / 'html', out)
    return True


def broken_links(out):
    """Links to files or places that are not there."""
    texts = {path.name: path.read_text(encoding='utf-8') for path in out.glob('*.html')}
    places = {name: set(re.findall(r'\b(?:id|name)="([^"]+)"', text)) for name, text in texts.items()}
    for name, text in sorted(texts.items()):
        for link in sorted(set(re.findall(r'\b(?:href|src)="([^"]+)"', text))):
            file, _, place = unquote(html.unescape(link)).partition('#')
            if re.match(r'https?:|javascript:|mailto:', file):
                continue
            if file and not (out / file).exists():
                yield f'{name}: {link}: no such file'
            elif place and (file or name) in places and place not in places[file or name]:
                yield f'{name}: {link}: no such place'


def main(out):
    out = Path(out).resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for part in ('ferry', 'pages'):
            (work / part).mkdir()
        write_headers(work / 'ferry')
        write_pages(work / 'pages')
        if not run_doxygen(work, out):
            return 1
    broken = list(broken_links(out))
    print(*broken, f'{len(list(out.glob("*.html")))} pages, {len(broken)} broken links', sep='\n')
    return 1 if broken else 0


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
