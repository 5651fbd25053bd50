# SPDX-License-Identifier: BSL-1.0
"""Checks that each mutant's place is there, once.

    apply.py TREE
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
from mutants import MUTANTS  # noqa: E402


def main(tree: str) -> int:
    misfits = 0
    for mutant in MUTANTS:
        text = (Path(tree) / mutant.file).read_text(encoding='utf-8')
        for old, _ in ((mutant.old, mutant.new), *mutant.more):
            times = text.count(old)
            if times != 1:
                misfits += 1
                print(f'{mutant.file}, "{mutant.name}": its place is there {times} times:\n  {old}')
    print(f'{len(MUTANTS)} mutants, {misfits} places not there once')
    return 1 if misfits or not MUTANTS else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
