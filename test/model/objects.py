# SPDX-License-Identifier: BSL-1.0
"""Checks that what is compiled for the model machine has nothing that the machine does not see.

    objects.py LIBRARY [--finds WORDS]...

With words: that just these are found wrong there, a line each.

No locked instruction, no fence, no thread-local storage, no lock, no call into a threads library;
and no variable but those that are named here.
"""

import argparse
import re
import subprocess
import sys

# Each is an atomic of the machine, a number, or nothing; none is shared by the threads of an
# execution.
KNOWN_VARIABLES = {
    'ferry::model::present_hashes': 'which hashes the scenario has, set before the threads begin',
    'ferry::model::pointed_numbers::present': 'where values of flat maps point, in memory of the execution',
    'domain_of_process': 'the default domain; scenarios have one of their own',
    'engine::first_value<ferry::': 'of sets, whose elements have no value: an empty object',
    'next_id': 'hands out the numbers of domains, before the threads begin',
}

INSTRUCTIONS = [
    (r'\block\b', 'a locked instruction'),
    (r'\b[lms]fence\b', 'a fence'),
    (r'\bxchg\w*\s.*\(', 'an exchange with memory'),
    (r'%fs:', 'thread-local storage'),
    (r'\bsyscall\b', 'a system call'),
]
CALLS = r'^(pthread_\w+|__cxa_guard_\w+|__tls_get_addr|__atomic_\w+|__sync_\w+|syscall|membarrier)$'
# Sections of variables; what is only written to by the loader is in .data.rel.ro.
WRITABLE = r'^(\.bss|\.data(?!\.rel\.ro)|\*COM\*)'


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
        match = re.match(r'^ +U (.*)$', line)
        if match and re.match(CALLS, match[1]):
            found.append(f'a call of {match[1]}')
    # Whatever the kind of its symbol: those of inline variables are not all of one.
    for line in run('objdump', '-t', '-C', library).splitlines():
        match = re.match(r'^[0-9a-f]+ .{7} (\S+)\s+([0-9a-f]+) +(?:\.hidden )?(.*)$', line)
        if not match or not re.match(WRITABLE, match[1]) or int(match[2], 16) == 0:
            continue
        if match[3].startswith('DW.ref.'):
            continue  # to a type that is caught, written by the loader
        if not any(known in match[3] for known in KNOWN_VARIABLES):
            found.append(f'a variable: {match[3]}')
    for line in run('readelf', '-s', '-W', library).splitlines():
        if ' TLS ' in line:
            found.append(f'thread-local: {line.split()[-1]}')
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('library')
    options.add_argument('--finds', action='append', default=[], metavar='WORDS')
    asked = options.parse_args()
    wrong = wrong_in(asked.library)
    missed = [words for words in asked.finds if not any(words in each for each in wrong)]
    for words in missed:
        print(f'not found: {words}')
    unexpected = [each for each in wrong if not any(words in each for words in asked.finds)]
    for each in unexpected:
        print(f'escapes the machine: {each}')
    return 1 if missed or unexpected else 0


if __name__ == '__main__':
    sys.exit(main())
