// SPDX-License-Identifier: BSL-1.0

// Servers under a load: what requests took over time, a line a server, and their percentiles.

const window_figures = [
    ["window_max_ns", "the longest request of each tenth of a second"],
    ["window_p99.9_ns", "p99.9 of each tenth of a second"],
];

function draw_service(page) {
    const {results, selection} = page;
    if (!results.has("service"))
        return;
    const here = selection.places.service;
    const cells = results.cells("service", here);
    const maps = [...results.maps.values()].filter(m => cells.has(m.name));
    const label = `${here.scenario}, N = ${count_text(here.n)}, ${count_text(here.rate)} requests `
        + `a second, server with ${threads_text(here.workers)}`;
    const meaning = results.context["scenario:" + here.scenario];
    document.getElementById("service-meaning").textContent =
        meaning ? `${here.scenario}: ${meaning}.` : "";
    for (const [counter, what] of window_figures)
        draw_over_time(page, maps, cells, counter, `${label}: ${what}`);
    draw_missing(document.getElementById("service-missing"), cells.values(), () => label);
    draw_service_table(label, maps, cells);
}

function draw_over_time(page, maps, cells, counter, label) {
    const {selection, shown} = page;
    const id = "service-" + counter.replace(/[_.]/g, "-");
    const seconds = map => median_of(cells.get(map.name), "window_seconds");
    const last = d3.max(maps, map => series_of(cells.get(map.name), counter).length * seconds(map));
    document.getElementById(id + "-title").textContent = label;
    draw_chart(document.getElementById(id), {
        label: label + "; the percentiles are in the table below",
        x: {linear: true, label: "seconds since the first request was due",
            ticks: d3.scale.linear().domain([0, last || 1]).ticks(8)
                .map(at => ({at, text: plain(at)}))},
        y: {log: true, label: "time of one request", tick: time_tick, text: time_text},
        lines: maps.filter(m => shown.has(m.name)).map(map => ({
            map,
            dense: true,
            points: points_over_time(series_of(cells.get(map.name), counter), seconds(map)),
        })),
    });
    draw_legend(document.getElementById(id + "-legend"), {
        key: id,
        title: "The highest point",
        items: maps.map(map => highest_item(map, cells.get(map.name), counter)),
        shown,
        is_chosen: Boolean(selection.maps),
        choose: page.choose_maps,
    });
}

function series_of(cell, counter) { return cell.series[counter] || []; }

// A tenth in which nothing was due has no point: a logarithmic axis has no zero.
function points_over_time(values, seconds) {
    const most = d3.max(values, value => value.median);
    return values.map((value, index) => ({
        at: index * seconds,
        place: `from ${(index * seconds).toFixed(1)} s on`,
        value: value.median > 0 ? value : null,
        marked: value.median === most,
    }));
}

function highest_item(map, cell, counter) {
    const value = d3.max(series_of(cell, counter), one => one.median);
    return {map, value, text: cell.wrong ? wrong_cell(cell)
        : el("span", {}, Number.isFinite(value) ? time_text(value) : "–")};
}

function draw_service_table(label, maps, cells) {
    const column = (title, counter, text, hint) => ({
        title,
        hint,
        cell: map => value_cell(cells.get(map.name), counter, text),
        order: map => rank_of(cells.get(map.name), counter),
    });
    const measured = columns => columns.filter(([, counter]) =>
        maps.some(map => Number.isFinite(median_of(cells.get(map.name), counter))));
    const percent = share => digits(100 * share) + " %";
    draw_table(document.getElementById("service-numbers"), {
        key: "service",
        caption: `${label}: median of the rounds; from when a request was due until its reply came`,
        columns: [
            {title: "server", cell: name_cell},
            ...measured([
                ["p50", "p50_ns", time_text],
                ["p99", "p99_ns", time_text],
                ["p99.9", "p99.9_ns", time_text],
                ["p99.99", "p99.99_ns", time_text],
                ["longest", "max_ns", time_text],
                ["GET p99.9", "get_p99.9_ns", time_text],
                ["SET p99.9", "set_p99.9_ns", time_text],
                ["DELETE p99.9", "delete_p99.9_ns", time_text],
                ["hits", "hit_rate", percent],
                ["replies a second", "achieved_per_s", count_text_rounded],
                ["pipeline", "deepest_pipeline", count_text,
                    "the most requests under way on one connection"],
                ["late, p99", "late_p99_ns", time_text,
                    "from when a request was due until the generator sent it"],
                ["latest", "late_max_ns", time_text],
                ["generator busy", "generator_busy", percent,
                    "the share of the time in which the generator's thread ran"],
            ]).map(words => column(...words)),
        ],
        rows: maps,
        sort_by: 3,
        descending: false,
    });
}

function count_text_rounded(count) { return count_text(Math.round(count)); }
