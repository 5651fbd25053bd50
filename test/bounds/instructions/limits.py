#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions of one call with callgrind, and compares them with their limits.

  limits.py PROGRAM

The counts repeat exactly for one compiler, and hold the loop around the call. Exit codes: 0 all are
within their limits, 1 not, 77 they cannot be counted here.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CALLS = 20_000

# For g++ 12 and any x86-64: a little above what it compiles now.
LIMITS = {
    'nodes_get_present': 82,
    'nodes_contains_absent': 60,
    'nodes_get_present_guarded': 85,
    'nodes_insert_absent': 250,
    'nodes_assign_present': 355,
    'nodes_erase_present': 224,
    'cells_get_present': 66,
    'cells_contains_absent': 61,
    'cells_get_present_guarded': 68,
    'cells_insert_absent': 172,
    'cells_assign_present': 126,
    'cells_erase_present': 131,
}


def counts(program: str) -> dict[str, float]:
    """Instructions of one call, by the function that makes the calls."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            ['valgrind', '--tool=callgrind', f'--callgrind-out-file={folder}/out',
             *(f'--zero-before={name}' for name in ('first_of_all', *LIMITS)),
             *(f'--dump-after={name}' for name in ('first_of_all', *LIMITS)), program],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if result.returncode != 0:
            sys.exit(f'{program} under callgrind ended with {result.returncode}:\n{result.stderr}')
        found = {}
        for dump in Path(folder).glob('out.*'):
            text = dump.read_text()
            trigger = re.search(r'^desc: Trigger: --dump-after=(\w+)', text, re.M)
            total = re.search(r'^(?:totals|summary): (\d+)', text, re.M)
            if trigger and total:
                found[trigger[1]] = int(total[1]) / CALLS
        return found


def main() -> int:
    if shutil.which('valgrind') is None:
        print('valgrind is not installed')
        return 77
    found = counts(sys.argv[1])
    failures = 0
    for name, limit in LIMITS.items():
        count = found.get(name)
        if count is None:
            print(f'{name}: not counted')
            failures += 1
            continue
        verdict = '' if count <= limit else '   above its limit'
        failures += count > limit
        print(f'{name:28} {count:8.2f}   limit {limit}{verdict}')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
