# SPDX-License-Identifier: BSL-1.0
"""Checks that what is compiled for the model machine has nothing that the machine does not see.

    objects.py LIBRARY...

No locked instruction, no fence, no thread-local storage, no lock, no call into a threads library;
and no variable but those that are named here.
"""

import re
import subprocess
import sys

# Each is an atomic of the machine or a number; none is shared by the threads of an execution.
KNOWN_VARIABLES = {
    'ferry::model::present_hashes': 'which hashes the scenario has, set before the threads begin',
    'default_storage': 'the default domain; scenarios have one of their own',
    'fork_generation': 'the machine has no processes',
    'domains_made': 'hands out the numbers of domains, before the threads begin',
}

INSTRUCTIONS = [
    (r'\block\b', 'a locked instruction'),
    (r'\b[lms]fence\b', 'a fence'),
    (r'\bxchg\w*\s.*\(', 'an exchange with memory'),
    (r'%fs:', 'thread-local storage'),
    (r'\bsyscall\b', 'a system call'),
]
CALLS = r'^(pthread_\w+|__cxa_guard_\w+|__tls_get_addr|__atomic_\w+|__sync_\w+|syscall|membarrier)$'


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def wrong_in(library: str) -> list[str]:
    found = []
    function = ''
    for line in run('objdump', '-d', '-C', '--no-show-raw-insn', library).splitlines():
        if line.endswith('>:'):
            function = line.split('<', 1)[1][:-2]
        for pattern, what in INSTRUCTIONS:
            # The stack protector's word is read from there, by compilers that have it on.
            if re.search(pattern, line) and '%fs:0x28' not in line:
                found.append(f'{what} in {function}: {line.strip()}')
    for line in run('nm', '-C', library).splitlines():
        match = re.match(r'^[0-9a-f]* +([A-Za-z]) (.*)$', line)
        if not match:
            continue
        kind, name = match.groups()
        if kind == 'U' and re.match(CALLS, name):
            found.append(f'a call of {name}')
        elif name.startswith('guard variable'):
            found.append(name)
        elif kind in 'bBdDgGsScC' and not re.match(r'(typeinfo|vtable|DW\.ref|VTT)', name):
            if not any(known in name for known in KNOWN_VARIABLES):
                found.append(f'a variable: {name}')
    for line in run('readelf', '-s', '-W', library).splitlines():
        if ' TLS ' in line:
            found.append(f'thread-local: {line.split()[-1]}')
    return found


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    wrong = [each for library in sys.argv[1:] for each in wrong_in(library)]
    for each in wrong:
        print(f'escapes the machine: {each}')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
