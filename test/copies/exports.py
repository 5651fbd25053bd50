# SPDX-License-Identifier: BSL-1.0
"""Checks what an image that ferry is linked into shows of it to others.

    exports.py IMAGE

Only weak symbols: instantiations of templates and inline functions, and the default domain. Any
other would be bound to across images, by code that is not meant for it.
"""

import subprocess
import sys

# Of nm: weak functions and objects, and objects that the loader makes unique.
WEAK = {'W', 'V', 'u'}


def main() -> int:
    symbols = subprocess.run(['nm', '-D', '--defined-only', '-C', sys.argv[1]],
                             check=True, capture_output=True, text=True).stdout
    ferrys = [line for line in symbols.splitlines() if 'ferry' in line]
    strong = [line for line in ferrys if line.split()[1] not in WEAK]
    for line in strong:
        print(f'not weak: {line}')
    default_domain = [line for line in ferrys if 'domain_of_process' in line]
    if not default_domain:
        print('the default domain, which copies share by its name, is not shown')
    return 1 if strong or not default_domain else 0


if __name__ == '__main__':
    sys.exit(main())
