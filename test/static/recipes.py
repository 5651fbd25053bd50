# SPDX-License-Identifier: BSL-1.0
"""Checks that the recipes in src/packaging, and version.hpp, name the version and the sources of
meson.build. (CMakeLists.txt and the Conan recipe read them from there.)

    recipes.py TREE
"""

import json
import re
import sys
from pathlib import Path

from source_text import report

MESON = Path('meson.build')
MESON_SOURCES = Path('src/meson.build')
VERSION = Path('include/ferry/version.hpp')
VCPKG = Path('src/packaging/vcpkg/ferry/vcpkg.json')
MODULE = Path('src/packaging/bazel/MODULE.bazel')
BUILD = Path('src/packaging/bazel/BUILD.bazel')

# Where each file has the version: a pattern for each of its places.
PLACES = {
    VERSION: [r'FERRY_VERSION_STRING "([^"]*)"',
              r'FERRY_VERSION_MAJOR (\d+)\s+#define FERRY_VERSION_MINOR (\d+)\s+'
              r'#define FERRY_VERSION_PATCH (\d+)'],
    MODULE: [r'module\(\s*name = "ferry",\s*version = "([^"]*)"'],
}


def library_files(root):
    """What is compiled into the library, by meson, and the headers beside it."""
    text = (root / MESON_SOURCES).read_text(encoding='utf-8')
    listed = re.search(r'ferry_sources = files\(([^)]*)\)', text).group(1)
    units = {'src/' + name for name in re.findall(r"'([^']+)'", listed)}
    headers = {str(path.relative_to(root)) for path in (root / 'src').rglob('*.hpp')}
    return units | headers


def version_of(root):
    text = (root / MESON).read_text(encoding='utf-8')
    return re.search(r"\bversion: '([^']+)'", text).group(1)


def check_versions(root):
    version = version_of(root)
    said = [(VCPKG, json.loads((root / VCPKG).read_text(encoding='utf-8')).get('version', 'none'))]
    for path, patterns in PLACES.items():
        text = (root / path).read_text(encoding='utf-8')
        for pattern in patterns:
            match = re.search(pattern, text)
            said.append((path, '.'.join(match.groups()) if match else 'none'))
    for path, other in said:
        if other != version:
            yield path, 1, f'the version is {other} here, and {version} in {MESON}'


def check_sources(root):
    text = (root / BUILD).read_text(encoding='utf-8')
    listed = set(re.findall(r'"(src/[^"]+)"', text))
    wanted = library_files(root)
    for name in sorted(wanted - listed):
        yield BUILD, 1, f'{name} is missing'
    for name in sorted(listed - wanted):
        yield BUILD, 1, f'{name} is not part of the library ({MESON_SOURCES})'


def check(root):
    return [*check_versions(root), *check_sources(root)]


if __name__ == '__main__':
    sys.exit(report(check(Path(sys.argv[1]))))
