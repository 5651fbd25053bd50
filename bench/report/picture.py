#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Draws the insertion latencies of a `ferry-bench latency` session as SVG, for README.md.

    picture.py RESULTS.json [CELL] >PICTURE.svg

One line for each map shows percentiles of the latency while the map grows; its last point is the
longest insertion. Each value is the median of the session's rounds. CELL is needed if the session
measured insert-growth in several cells, and is a name such as 'u64/n:1000000/workers:2'.
"""

import argparse
import json
import math
import re
import sys
from html import escape
from statistics import median

WIDTH = 880
LEFT, RIGHT, TOP, BOTTOM = 80, 694, 100, 416  # the plot; right of it are the labels
LABEL_HEIGHT = 19
MOST_MAPS = 1 + (BOTTOM - TOP) // LABEL_HEIGHT

FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
INK, FAINT, GRID = '#1f2328', '#59636e', '#e4e7ea'
FERRY = '#0550ae'
# Each has a contrast of at least 4.5 on white, as labels have the colours of their lines.
OTHERS = ['#b3400f', '#1a7f4b', '#8250df', '#8a6100', '#a4286a', '#57606a', '#0f7489']

# Counters of ferry-bench; the axis gives each further nine of the percentile the same room.
PERCENTILES = [50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.995, 99.999]
TICKS = [50, 90, 99, 99.9, 99.99, 99.999]
LONGEST = 1e6  # its place: one step beyond the last percentile


class Unusable(Exception):
    """The sentence says what is wrong with the input."""


# --- the input -----------------------------------------------------------------------------------

def load(path):
    """The context and the runs of a results.json."""
    try:
        with open(path, encoding='utf-8') as file:
            document = json.load(file)
    except OSError as error:
        raise Unusable(f"'{path}' cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Unusable(f"'{path}' is not JSON") from error
    try:
        context, runs = document['context'], document['benchmarks']
        return {str(key): str(value) for key, value in context.items()}, \
            [(str(run['name']), dict(run)) for run in runs]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unusable(f"'{path}' is not a results.json of ferry-bench") from error


def rounds_by_cell(runs):
    """{cell: {map: [run, ...]}} of the insert-growth latencies."""
    cells = {}
    for name, run in runs:
        found = re.match(r'latency/insert-growth/(\w[\w-]*/n:\d+/workers:\d+)/([^/]+)/round:', name)
        if found:
            cells.setdefault(found[1], {}).setdefault(found[2], []).append(run)
    return cells


def choose(cells, wanted):
    if not cells:
        raise Unusable('the session has no latencies of insert-growth; '
                       'run `ferry-bench latency --filter insert-growth`')
    known = ', '.join(sorted(cells))
    if wanted is None:
        if len(cells) > 1:
            raise Unusable(f'the session has several cells, name one of them: {known}')
        return next(iter(cells))
    if wanted not in cells:
        raise Unusable(f"the session has no cell '{wanted}'; it has {known}")
    return wanted


def fault(rounds):
    """Why a map's rounds are not drawn, or None."""
    if any(run.get('error_occurred') for run in rounds):
        return 'failed its checks'
    if any(run.get('finished', 1) < 1 for run in rounds):
        return 'did not finish'
    return None


def is_disturbed(runs):
    """Whether most runs waited for processors for more of their time than ferry-bench tolerates."""
    return median(run.get('waited', 0) for run in runs) > 0.03


def points_of(name, rounds):
    """[(place on the axis, nanoseconds), ...], ascending."""
    counters = [(100 / (100 - p), f'p{p}_ns') for p in PERCENTILES] + [(LONGEST, 'max_ns')]
    points = []
    for place, counter in counters:
        values = [run[counter] for run in rounds if counter in run]
        # A percentile with too few operations beyond it is not recorded.
        if not values and counter != 'max_ns':
            continue
        if len(values) < len(rounds) or not all(
                isinstance(value, (int, float)) and 0 < value < math.inf for value in values):
            raise Unusable(f'{name} lacks a positive {counter} in one of its rounds')
        points.append((place, median(values)))
    return points


# --- texts ---------------------------------------------------------------------------------------

def time_text(nanoseconds):
    """With two significant digits and a unit."""
    rounded = float(f'{nanoseconds:.1e}')
    for unit, size in (('s', 1e9), ('ms', 1e6), ('µs', 1e3), ('ns', 1)):
        if rounded >= size or size == 1:
            value = rounded / size
            return f'{value:.1f} {unit}' if value < 10 and unit != 'ns' else f'{value:.0f} {unit}'


def tick_text(nanoseconds):
    return time_text(nanoseconds).replace('.0 ', ' ')


def words_for(cell, rounds):
    """Title and subtitle."""
    keys, n, workers = re.fullmatch(r'(.+)/n:(\d+)/workers:(\d+)', cell).groups()
    of = {'u64': '64-bit keys and values', 'string': 'strings and 8-byte values',
          'string-64': 'strings and 64-byte values'}.get(keys, keys)
    threads = '1 thread' if workers == '1' else f'{workers} threads'
    how = 'one round' if rounds == 1 else f'medians of {rounds} rounds'
    return (f'Latency of one insertion while a map grows from empty to {int(n):,} elements',
            f'{threads}, {of}, {how}. Both axes are logarithmic; lower is better.')


# --- the drawing ---------------------------------------------------------------------------------

def scale(low, high, begin, end):
    """A logarithmic one."""
    room = (end - begin) / math.log(high / low)
    return lambda value: begin + math.log(value / low) * room


def spread(wanted, low, high):
    """Heights for labels: near the wanted ones, which ascend, and LABEL_HEIGHT apart."""
    heights = []
    for height in wanted:
        heights.append(max(height, heights[-1] + LABEL_HEIGHT if heights else low))
    limit = high
    for i in reversed(range(len(heights))):
        heights[i] = min(heights[i], limit)
        limit = heights[i] - LABEL_HEIGHT
    return heights


def text(x, y, content, size=14, fill=INK, anchor='start', weight='normal'):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
            f'text-anchor="{anchor}" font-weight="{weight}">{escape(content)}</text>')


def line(x1, y1, x2, y2, stroke, width=1.0):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{stroke}" stroke-width="{width}"/>')


def program_named(command):
    """A command without the folders of its program, and without where it left its results."""
    words = re.sub(r' --out \S+', '', command).split(' ')
    return ' '.join([words[0].rpartition('/')[2], *words[1:]])


def framed(context, script, title, subtitle, description, parts, notes, notes_at, subtitle_size=14):
    """The drawing: `parts` below a title, and notes, the first one at the height `notes_at`."""
    height = notes_at + 18 * len(notes)
    command = program_named(context.get('command', '?'))
    return '\n'.join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" font-family="{FONT}">',
        f'<title>{escape(title)}</title>',
        f'<desc>{escape(description)}. Drawn by bench/report/{script} from: {escape(command)}</desc>',
        f'<rect width="{WIDTH}" height="{height}" rx="6" fill="#ffffff"/>',
        text(16, 32, title, size=18, weight='bold'),
        text(16, 56, subtitle, size=subtitle_size, fill=FAINT),
        *parts,
        *(text(16, notes_at + 18 * i, note, size=12, fill=FAINT) for i, note in enumerate(notes)),
        '</svg>', ''])


def draw_axes(x, y, low, high):
    parts = []
    decade = 10.0 ** math.ceil(math.log10(low) - 1e-9)
    while decade <= high * 1.001:
        parts += [line(LEFT, y(decade), RIGHT, y(decade), GRID),
                  text(LEFT - 10, y(decade) + 5, tick_text(decade), fill=FAINT, anchor='end')]
        decade *= 10
    places = [(100 / (100 - p), f'{p} %') for p in TICKS] + [(LONGEST, 'longest')]
    for place, label in places:
        parts += [line(x(place), TOP, x(place), BOTTOM, GRID),
                  text(x(place), BOTTOM + 22, label, fill=FAINT, anchor='middle')]
    parts += [text((LEFT + RIGHT) / 2, BOTTOM + 46, 'percentile of all insertions', fill=FAINT,
                   anchor='middle'),
              text(LEFT - 10, TOP - 12, 'latency', fill=FAINT, anchor='end'),
              text(RIGHT + 25, TOP - 12, 'longest insertion', fill=FAINT)]
    return parts


def draw_line(points, x, y, colour, emphasised):
    spots = ' '.join(f'{x(place):.1f},{y(time):.1f}' for place, time in points)
    parts = [f'<polyline points="{spots}" fill="none" stroke="{colour}" '
             f'stroke-width="{4 if emphasised else 1.8}" stroke-linejoin="round"/>']
    place, time = points[-1]
    parts.append(f'<circle cx="{x(place):.1f}" cy="{y(time):.1f}" r="{5 if emphasised else 3}" '
                 f'fill="{colour}"/>')
    return parts


def draw(context, cell, maps, missing, disturbed):
    """maps: {name: points}; missing: [(name, why), ...]"""
    times = [time for points in maps.values() for _, time in points]
    # The axis ends at 1 or at 3.2 times a power of ten.
    low = 10 ** (math.floor(2 * math.log10(min(times))) / 2)
    high = 10 ** (math.ceil(2 * math.log10(max(times)) + 1e-6) / 2)
    x = scale(2, LONGEST, LEFT, RIGHT)
    y = scale(low, high, BOTTOM, TOP)

    # The longest insertion decides the order of the labels, and ferry is drawn last, on top.
    ranked = sorted(maps, key=lambda name: -maps[name][-1][1])
    colours = {name: OTHERS[i % len(OTHERS)]
               for i, name in enumerate(sorted(set(maps) - {'ferry'}))}
    colours['ferry'] = FERRY
    heights = dict(zip(ranked, spread([y(maps[name][-1][1]) for name in ranked], TOP, BOTTOM)))

    parts = draw_axes(x, y, low, high)
    for name in sorted(ranked, key=lambda name: name == 'ferry'):
        colour, longest = colours[name], maps[name][-1][1]
        parts += draw_line(maps[name], x, y, colour, name == 'ferry')
        parts += [line(RIGHT + 7, y(longest), RIGHT + 20, heights[name], colour),
                  text(RIGHT + 25, heights[name] + 5, f'{name}, {time_text(longest)}', size=15,
                       fill=colour, weight='bold' if name == 'ferry' else 'normal')]

    title, subtitle = words_for(cell, context['rounds'])
    machine = context.get('machine', 'an unknown machine')
    compiler = ' '.join(context[key].strip() for key in ('compiler', 'flags') if key in context)
    below = [f'{machine}; {compiler}' if compiler else machine]
    if disturbed:
        below.append('Disturbed: other programs ran meanwhile. Measure again on a quiet machine.')
    if missing:
        below.append('Not drawn: ' + ', '.join(f'{name} ({why})' for name, why in missing) + '.')
    longest = ', '.join(f'{name} {time_text(maps[name][-1][1])}' for name in reversed(ranked))
    return framed(context, 'picture.py', title, subtitle, f'Longest insertion: {longest}', parts, below,
                  BOTTOM + 72)


def picture(path, wanted):
    context, runs = load(path)
    cells = rounds_by_cell(runs)
    cell = choose(cells, wanted)
    maps, missing = {}, []
    for name, rounds in cells[cell].items():
        why = fault(rounds)
        if why:
            missing.append((name, why))
        else:
            maps[name] = points_of(name, rounds)
    if not maps:
        raise Unusable('no map finished without a fault')
    if len(maps) > MOST_MAPS:
        raise Unusable(f'{len(maps)} maps do not fit: measure at most {MOST_MAPS}, named by --maps')
    context['rounds'] = max(len(cells[cell][name]) for name in maps)
    disturbed = is_disturbed([run for name in maps for run in cells[cell][name]])
    return draw(context, cell, maps, missing, disturbed)


def main():
    parser = argparse.ArgumentParser(description='Draws insertion latencies as SVG on stdout.')
    parser.add_argument('results', help='results.json of `ferry-bench latency`')
    parser.add_argument('cell', nargs='?', help="such as 'u64/n:1000000/workers:2'")
    chosen = parser.parse_args()
    try:
        drawing = picture(chosen.results, chosen.cell)
    except Unusable as error:
        sys.exit(f'picture.py: {error}')
    sys.stdout.reconfigure(encoding='utf-8')
    sys.stdout.write(drawing)


if __name__ == '__main__':
    main()
