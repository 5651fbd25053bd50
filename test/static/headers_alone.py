# SPDX-License-Identifier: BSL-1.0
"""Checks that each header compiles alone, and a second time in the same unit.

    headers_alone.py TREE COMPILE_COMMANDS LIKE
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from build_flags import compiler_of, headers


def main(root, database, like):
    compiler = compiler_of(database, like)
    names = headers(root, 'ferry/**/*.hpp')
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda name: compiler.check(f'#include "{name}"\n' * 2), names))
    failed = 0
    for name, (status, said) in zip(names, results):
        if status:
            failed += 1
            print(f'{name} does not compile alone:\n{said}')
    print(f'{len(names) - failed} of {len(names)} headers compile alone')
    return 1 if failed or not names else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
