# SPDX-License-Identifier: BSL-1.0
"""The compiler and the flags of the build under test, for checks that compile sources of their own."""

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

_WITH_VALUE = {'-o', '-MF', '-MQ', '-MT'}
_DROPPED = {'-c', '-MD', '-MMD'}


@dataclass
class Compiler:
    command: list[str]
    folder: Path

    def check(self, text, *extra):
        """Checks a source for errors; returns the exit status and what the compiler said."""
        done = subprocess.run([*self.command, *extra, '-fdiagnostics-color=never',
                               '-fsyntax-only', '-x', 'c++', '-'],
                              input=text, cwd=self.folder, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, 'LC_ALL': 'C'})
        return done.returncode, done.stdout


def compiler_of(database, like):
    """The compiler as the build calls it for the file `like`, less input and output."""
    for entry in json.loads(Path(database).read_text(encoding='utf-8')):
        folder = Path(entry['directory'])
        if (folder / entry['file']).resolve() != Path(like).resolve():
            continue
        command, words = [], iter(shlex.split(entry['command']))
        for word in words:
            if word in _WITH_VALUE:
                next(words)
            elif word not in _DROPPED and word != entry['file']:
                command.append(word)
        return Compiler(command, folder)
    raise SystemExit(f'{like} is not in {database}')


def headers(root, pattern):
    """Headers as they are included, `ferry/…`, in a stable order."""
    include = Path(root) / 'include'
    return sorted(str(path.relative_to(include)) for path in include.glob(pattern))
