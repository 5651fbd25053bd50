# SPDX-License-Identifier: BSL-1.0
"""Checks that each public header, compiled as C++17, is refused with one error that names C++20.

    refuses_cxx17.py TREE COMPILE_COMMANDS LIKE
"""

import re
import sys

from build_flags import compiler_of, headers


def main(root, database, like):
    compiler = compiler_of(database, like)
    names = headers(root, 'ferry/*.hpp')
    failed = 0
    for name in names:
        _, said = compiler.check(f'#include "{name}"\nint main() {{}}\n', '-std=c++17')
        errors = re.findall(r'^.*\berror: .*$', said, re.MULTILINE)
        if len(errors) != 1 or 'C++20' not in errors[0]:
            failed += 1
            print(f'{name}: {len(errors)} errors instead of one that names C++20:\n{said}')
    print(f'{len(names) - failed} of {len(names)} public headers refuse C++17 with one error')
    return 1 if failed or not names else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
