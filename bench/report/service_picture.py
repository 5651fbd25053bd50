#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Draws the latency of requests to servers over time as SVG, from a `ferry-bench service` session.

    service_picture.py RESULTS.json [SCENARIO] >PICTURE.svg

Each server has a strip of its own, all with the same axes, which shows the longest request of each
moment: the median of the rounds, if there are several. SCENARIO is growth if it is not named.
"""

import argparse
import math
import re
import sys
from statistics import median

from picture import FAINT, FERRY, GRID, OTHERS, Unusable, fault, framed, line, load, scale, text, tick_text, \
    time_text

LEFT, RIGHT, TOP = 80, 700, 86
STRIP, GAP = 62, 14  # heights
MOST_POINTS = 310  # two units of the drawing each
MOST_SERVERS = 8


def rounds_by_server(runs, scenario):
    """The cell's name and {server: [run, ...]}."""
    cells = {}
    for name, run in runs:
        found = re.match(rf'service/({re.escape(scenario)}/.+)/([^/]+)/round:', name)
        if found:
            cells.setdefault(found[1], {}).setdefault(found[2], []).append(run)
    if len(cells) != 1:
        raise Unusable(f"the session must have one cell of '{scenario}', and has {len(cells)}")
    return next(iter(cells.items()))


def points_of(rounds):
    """([(second, nanoseconds), ...], seconds): for each moment the longest request, as the median of
    the rounds, and the length of a moment."""
    try:
        series = [run['window_max_ns'] for run in rounds]
        length = float(rounds[0]['window_seconds'])
        count = min(map(len, series))
        together = max(1, math.ceil(count / MOST_POINTS))
        return [(first * length, median(max(one[first:first + together]) for one in series))
                for first in range(0, count - together + 1, together)], together * length
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable('the session has no windows') from error


def words_for(cell, rounds, moment):
    n, rate, connections, workers = (
        int(re.search(rf'/{what}:(\d+)', cell)[1]) for what in ('n', 'rate', 'connections', 'workers'))
    title = {'growth': f'Requests to a server whose map grows to {n:,} keys'}.get(
        cell.split('/')[0], f'Requests to a server, {cell.split("/")[0]}, {n:,} keys')
    how = 'one round' if rounds == 1 else f'medians of {rounds} rounds'
    return (title, f'{rate:,} a second on {connections} connections, servers with {workers} threads; '
                   f'the longest of each {moment:.1g} s, {how}. Logarithmic; lower is better.')


def draw_strip(name, points, top, x, y, ticks, colour):
    parts = []
    for tick in ticks:
        parts.append(line(LEFT, top + y(tick), RIGHT, top + y(tick), GRID))
        if tick != ticks[0]:  # it would touch the highest of the next strip
            parts.append(text(LEFT - 10, top + y(tick) + 4, tick_text(tick), size=12, fill=FAINT,
                              anchor='end'))
    spots = ' '.join(f'{x(second):.1f},{top + y(time):.1f}' for second, time in points)
    second, longest = max(points, key=lambda point: point[1])
    is_ferry = name == 'ferry'
    return parts + [
        f'<polyline points="{spots}" fill="none" stroke="{colour}" '
        f'stroke-width="{2 if is_ferry else 1.3}" stroke-linejoin="round"/>',
        f'<circle cx="{x(second):.1f}" cy="{top + y(longest):.1f}" r="3.5" fill="{colour}"/>',
        text(RIGHT + 16, top + STRIP / 2, name, size=15, fill=colour,
             weight='bold' if is_ferry else 'normal'),
        text(RIGHT + 16, top + STRIP / 2 + 18, f'longest {time_text(longest)}', size=13,
             fill=colour)]


def draw(context, cell, servers, missing, rounds, moment):
    """servers: {name: points}; missing: [(name, why), ...]"""
    times = [time for points in servers.values() for _, time in points if time > 0]
    low = 10.0 ** math.floor(math.log10(min(times)))
    high = 10.0 ** math.ceil(math.log10(max(times)) + 1e-6)
    y = scale(low, high, STRIP, 0)
    last = max(points[-1][0] for points in servers.values()) or 1
    x = lambda second: LEFT + (RIGHT - LEFT) * second / last
    ticks = [10.0 ** power for power in range(round(math.log10(low)), round(math.log10(high)) + 1)]

    # The shortest pause comes first.
    longest = {name: max(time for _, time in points) for name, points in servers.items()}
    ranked = sorted(servers, key=longest.get)
    colours = {name: OTHERS[i % len(OTHERS)] for i, name in enumerate(sorted(set(servers) - {'ferry'}))}
    colours |= {'ferry': FERRY, 'null': FAINT}  # null has no map
    parts = []
    for at, name in enumerate(ranked):
        points = [point for point in servers[name] if point[1] > 0]
        parts += draw_strip(name, points, TOP + at * (STRIP + GAP), x, y, ticks, colours[name])
    bottom = TOP + len(ranked) * (STRIP + GAP) - GAP
    decade = 10 ** math.floor(math.log10(last))
    step = decade if last / decade >= 4 else decade / 5
    for i in range(int(last / step) + 1):
        parts.append(text(x(i * step), bottom + 20, f'{i * step:g}', fill=FAINT, anchor='middle',
                          size=13))
    parts.append(text(RIGHT + 16, bottom + 20, 'seconds', fill=FAINT, size=13))

    title, subtitle = words_for(cell, rounds, moment)
    compiler = ' '.join(context[key].strip() for key in ('compiler', 'flags') if key in context)
    below = [f'{context.get("machine", "an unknown machine")}; {compiler}']
    if missing:
        below.append('Not drawn: ' + ', '.join(f'{name} ({why})' for name, why in missing) + '.')
    description = ', '.join(f'{name} {time_text(longest[name])}' for name in ranked)
    return framed(context, 'service_picture.py', title, subtitle, f'Longest request: {description}', parts,
                  below, bottom + 46, subtitle_size=13)


def picture(path, scenario):
    context, runs = load(path)
    cell, by_server = rounds_by_server(runs, scenario)
    servers, missing, moment = {}, [], 0
    for name, rounds in by_server.items():
        why = fault(rounds)
        if why:
            missing.append((name, why))
        else:
            servers[name], moment = points_of(rounds)
    if not servers:
        raise Unusable('no server passed its checks')
    if len(servers) > MOST_SERVERS:
        raise Unusable(f'{len(servers)} servers do not fit: measure at most {MOST_SERVERS}')
    return draw(context, cell, servers, missing, max(map(len, by_server.values())), moment)


def main():
    parser = argparse.ArgumentParser(description='Draws requests over time as SVG on stdout.')
    parser.add_argument('results', help='results.json of `ferry-bench service`')
    parser.add_argument('scenario', nargs='?', default='growth')
    chosen = parser.parse_args()
    try:
        drawing = picture(chosen.results, chosen.scenario)
    except Unusable as error:
        sys.exit(f'service_picture.py: {error}')
    sys.stdout.reconfigure(encoding='utf-8')
    sys.stdout.write(drawing)


if __name__ == '__main__':
    main()
