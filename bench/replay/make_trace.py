#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Prints a trace for `ferry-bench replay`, as a cache in front of something slow sees it: a get, a
set after each miss, and now and then a del because what is behind has changed. Keys are chosen by
Zipf's law, sizes are log-normal and belong to the key.

    make_trace.py [REQUESTS [KEYS]]    1000000 and 100000 by themselves
"""

import random
import sys
from itertools import accumulate

EXPONENT = 0.99
DEL_SHARE = 0.02
LARGEST = 1 << 20


def requests(keys):
    dice = random.Random(7)
    bounds = list(accumulate(rank ** -EXPONENT for rank in range(1, keys + 1)))
    sizes = [min(LARGEST, int(dice.lognormvariate(5, 1.2)) + 1) for _ in range(keys)]
    names = [f'user:{dice.getrandbits(48):012x}:{rank}' for rank in range(keys)]
    cached = set()
    while True:
        for key in dice.choices(range(keys), cum_weights=bounds, k=1000):
            if dice.random() < DEL_SHARE:
                cached.discard(key)
                yield f'del {names[key]}'
                continue
            yield f'get {names[key]}'
            if key not in cached:
                cached.add(key)
                yield f'set {names[key]} {sizes[key]}'


def main():
    count, keys = (int(n) for n in (sys.argv[1:] + ['1000000', '100000'][len(sys.argv) - 1:]))
    for _, line in zip(range(count), requests(keys)):
        print(line)


if __name__ == '__main__':
    main()
