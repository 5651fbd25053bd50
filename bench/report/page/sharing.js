// SPDX-License-Identifier: BSL-1.0

// Lines that cores pass to each other, over the number of cores: one curve a map.

const sharing_figures = [
    ["remote_misses", "remote misses an operation"],
    ["remote_writes", "remote writes an operation"],
];

function draw_sharing(page) {
    const {results, selection} = page;
    if (!results.has("sharing"))
        return;
    const {workload} = selection.places.sharing;
    const cores = results.options("sharing", "workers", {workload});
    const places = cores.map(workers => ({workload, workers}));
    for (const [counter, label] of sharing_figures)
        draw_shared(page, places, counter, `${workload}: ${label}`);
}

function draw_shared(page, places, counter, label) {
    const {results, selection, shown} = page;
    const id = "sharing-" + counter;
    const cell_of = (map, place) => results.cells("sharing", place).get(map.name);
    const maps = [...results.maps.values()].filter(m => places.some(place => cell_of(m, place)));
    document.getElementById(id + "-title").textContent = label;
    draw_chart(document.getElementById(id), {
        label: label + "; the numbers are in the table below",
        x: {ticks: places.map(p => ({at: p.workers, text: String(p.workers)})),
            label: "cores, simulated"},
        y: {log: false, label: "an operation", tick: plain, text: digits},
        lines: maps.filter(m => shown.has(m.name)).map(map => ({
            map,
            points: places.map(place => ({
                at: place.workers,
                place: cores_text(place.workers),
                value: (cell_of(map, place) && cell_of(map, place).values[counter]) || null,
                unfinished: false,
            })),
        })),
    });
    const last = places[places.length - 1];
    draw_legend(document.getElementById(id + "-legend"), {
        key: id,
        title: `An operation, ${cores_text(last.workers)}`,
        items: maps.map(map => {
            const value = median_of(cell_of(map, last), counter);
            return {map, value,
                    text: el("span", {}, Number.isFinite(value) ? digits(value) : "–")};
        }),
        shown,
        is_chosen: Boolean(selection.maps),
        choose: page.choose_maps,
    });
    draw_table(document.getElementById(id + "-numbers"), {
        key: id,
        caption: label,
        columns: [
            {title: "map", cell: name_cell},
            ...places.map(place => ({
                title: cores_text(place.workers),
                cell: map => value_cell(cell_of(map, place), counter, digits),
                order: map => median_of(cell_of(map, place), counter),
            })),
        ],
        rows: maps,
        sort_by: places.length,
        descending: false,
    });
}

function cores_text(cores) { return cores + (cores === 1 ? " core" : " cores"); }
