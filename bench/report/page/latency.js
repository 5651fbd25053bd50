// SPDX-License-Identifier: BSL-1.0

// How long single operations took: a curve over the percentiles, whose axis gives each further nine
// as much room as the one before it, and the pauses by number.

const percentiles = [50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.995, 99.999];
const pauses = [["over_10us", "> 10 µs"], ["over_100us", "> 100 µs"], ["over_1ms", "> 1 ms"]];

// Where the greatest is drawn: one step beyond the last percentile.
const place_of_max = 1e6;

function place_of(percentile) { return 100 / (100 - percentile); }

function draw_latency(page) {
    const {results, selection, shown} = page;
    if (!results.has("latency"))
        return;
    const here = selection.places.latency;
    const cells = results.cells("latency", here);
    const measured = [...results.maps.values()].filter(m => cells.has(m.name));
    const label = `${here.scenario}, ${here.kind} keys, N = ${count_text(here.n)}, `
        + threads_text(here.workers);
    document.getElementById("latency-title").textContent = label + ": latency over percentiles";
    draw_chart(document.getElementById("latency-chart"), {
        label: label + ": percentiles of latency; the numbers are in the table below",
        x: {ticks: [...percentiles.filter(p => [50, 90, 99, 99.9, 99.99, 99.999].includes(p))
            .map(p => ({at: place_of(p), text: String(p)})), {at: place_of_max, text: "max"}],
            label: "percentile of the operations"},
        y: {log: true, label: "time of one operation", tick: time_tick, text: time_text},
        lines: measured.filter(m => shown.has(m.name))
            .map(map => ({map, points: latency_points(cells.get(map.name))})),
    });
    draw_legend(document.getElementById("latency-legend"), {
        key: "latency",
        title: "The longest operation (max)",
        items: measured.map(map => latency_item(map, cells.get(map.name))),
        shown,
        is_chosen: Boolean(selection.maps),
        choose: page.choose_maps,
    });
    draw_missing(document.getElementById("latency-missing"), cells.values(), () => label);
    draw_latency_tables(label, measured, cells);
}

function latency_points(cell) {
    return [...percentiles.map(p => [place_of(p), p + " %", `p${p}_ns`]),
            [place_of_max, "the longest", "max_ns"]]
        .map(([at, place, counter]) => {
            const value = cell.values[counter] || null;
            // A logarithmic axis has no zero.
            return {at, place, value: value && value.least > 0 ? value : null};
        });
}

function latency_item(map, cell) {
    const value = median_of(cell, "max_ns");
    return {map, value, text: cell.wrong ? wrong_cell(cell)
        : el("span", {}, Number.isFinite(value) ? time_text(value) : "–")};
}

// The floor's row shows the pauses of the machine itself.
function draw_latency_tables(label, maps, cells) {
    const column = (title, counter, text) => ({
        title,
        cell: map => value_cell(cells.get(map.name), counter, text),
        order: map => rank_of(cells.get(map.name), counter),
    });
    const name = {title: "map", cell: map => {
        const shown = name_cell(map);
        if (cells.get(map.name).unfinished)
            shown.append(el("small", {class: "wrong"}, "did not finish"));
        return shown;
    }};
    const per_second = (title, counter) => {
        const rate = map => {
            const seconds = median_of(cells.get(map.name), "seconds");
            return seconds > 0 ? median_of(cells.get(map.name), counter) / seconds : NaN;
        };
        return {
            title: title + " a second",
            cell: map => cells.get(map.name).wrong ? wrong_cell(cells.get(map.name))
                : Number.isFinite(rate(map)) ? digits(rate(map)) : "–",
            order: map => cells.get(map.name).unfinished ? NaN : rate(map),
        };
    };
    draw_table(document.getElementById("latency-numbers"), {
        key: "latency-numbers",
        caption: `${label}: median of the rounds`,
        columns: [
            name,
            ...percentiles.map(p => column(`p${p}`, `p${p}_ns`, time_text)),
            column("max", "max_ns", time_text),
            column("mean", "mean_ns", time_text),
        ],
        rows: maps,
        sort_by: 1 + percentiles.indexOf(99.9),
        descending: false,
    });
    draw_table(document.getElementById("pauses"), {
        key: "pauses",
        caption: `${label}: operations that took longer than 10 µs, 100 µs, 1 ms, by number and `
            + "for each second of measuring; the harness floor's are the machine's own",
        columns: [
            name,
            ...pauses.map(([counter, title]) => column(title, counter, count_text)),
            ...pauses.map(([counter, title]) => per_second(title, counter)),
            column("operations", "operations", count_text),
        ],
        rows: maps,
        sort_by: 2,
        descending: false,
    });
}
