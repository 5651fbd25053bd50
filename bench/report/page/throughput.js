// SPDX-License-Identifier: BSL-1.0

// Throughput at the chosen place, over the number of threads and over the size.

function draw_throughput(page) {
    const {results, selection} = page;
    if (!results.has("curves"))
        return;
    const here = selection.places.curves;
    const like = `${here.workload}, ${here.kind} keys, ${here.choice}`;
    const meaning = results.context["workload:" + here.workload];
    document.getElementById("workload-meaning").textContent =
        meaning ? `${here.workload}: ${meaning}.` : "";
    const {workload, kind, choice, n, workers} = here;
    draw_rates(page, "over-threads", {
        label: `${like}, N = ${count_text(n)}: throughput over threads`,
        places: results.options("curves", "workers", {workload, kind, choice, n})
            .map(w => ({...here, workers: w})),
        field: "workers",
        text: threads_text,
        tick: String,
        x_label: processors_words(results),
        shade_from: results.context.num_cpus,
    });
    draw_rates(page, "over-sizes", {
        label: `${like}, ${threads_text(workers)}: throughput over the number of keys`,
        places: results.options("curves", "n", {workload, kind, choice, workers})
            .map(size => ({...here, n: size})),
        field: "n",
        text: size => "N = " + count_text(size),
        tick: size_tick,
        x_label: "N, number of keys",
    });
}

function processors_words(results) {
    const processors = results.context.num_cpus;
    const most = d3.max(results.options("curves", "workers"));
    return "threads" + (processors && most > processors
        ? ` (shaded: more than the ${processors} processors)` : "");
}

function draw_rates(page, id, chart) {
    const {results, selection, shown} = page;
    const at = chart.places.map(place => ({place, cells: results.cells("curves", place)}));
    const measured = [...results.maps.values()].filter(m => at.some(one => one.cells.has(m.name)));
    const cell_of = (map, place) => results.cells("curves", place).get(map.name);
    const lines = measured.filter(m => shown.has(m.name)).map(map => ({
        map,
        points: at.map(({place, cells}) => {
            const cell = cells.get(map.name);
            return {
                at: place[chart.field],
                place: chart.text(place[chart.field]),
                value: (cell && cell.values.ops_per_s) || null,
                unfinished: Boolean(cell) && cell.unfinished,
            };
        }),
    }));
    document.getElementById(id + "-title").textContent = chart.label;
    const above = new Set(draw_chart(document.getElementById(id), {
        label: chart.label + "; the numbers are in the table below",
        x: {ticks: chart.places.map(p => ({at: p[chart.field], text: chart.tick(p[chart.field])})),
            label: chart.x_label, shade_from: chart.shade_from},
        y: {log: selection.log, label: "million operations a second", tick: rate_tick,
            text: rate => rate_text(rate) + " M/s"},
        lines,
    }));
    const last = chart.places[chart.places.length - 1];
    draw_legend(document.getElementById(id + "-legend"), {
        key: id,
        title: `Million a second, ${chart.text(last[chart.field])}`,
        items: measured.map(map => legend_item(map, cell_of(map, last), above)),
        shown,
        is_chosen: Boolean(selection.maps),
        choose: page.choose_maps,
    });
    draw_missing(document.getElementById(id + "-missing"),
        d3.merge(at.map(one => [...one.cells.values()])),
        cell => chart.text(cell.place[chart.field]));
    rate_table(document.getElementById(id + "-numbers"), {
        key: id,
        caption: `${chart.label}; million operations a second, the median with the least and the `
            + "most of the rounds",
        across: chart.places,
        title_of: place => chart.text(place[chart.field]),
        maps: measured,
        cell_of,
    });
}

function legend_item(map, cell, above) {
    const value = median_of(cell, "ops_per_s");
    if (cell && cell.wrong)
        return {map, value: null, text: el("span", {class: "wrong"}, "WRONG")};
    const remark = above.has(map) ? "above ↑ " : cell && cell.unfinished ? "did not finish " : "";
    return {map, value, text: el("span", {},
        remark ? el("small", {class: cell && cell.unfinished ? "wrong" : null}, remark) : null,
        Number.isFinite(value) ? rate_text(value) : "–")};
}

// Words counted, a program in place of a workload.
function draw_words(page) {
    const {results} = page;
    const places = results.places("wordcount").slice()
        .sort((a, b) => a.workers - b.workers);
    if (!places.length)
        return;
    const cell_of = (map, place) => results.cells("wordcount", place).get(map.name);
    rate_table(document.getElementById("wordcount-numbers"), {
        key: "words",
        caption: "Counting words: million words a second",
        across: places,
        title_of: place => threads_text(place.workers),
        maps: [...results.maps.values()].filter(m => places.some(p => cell_of(m, p))),
        cell_of,
    });
}
