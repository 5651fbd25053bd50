// SPDX-License-Identifier: BSL-1.0

// Bytes an element, as bars in a table. After erasing, the bytes that are left are still divided by
// the elements that once were there: what is held for nothing shows.

const memory_columns = [
    ["allocated", "allocated", "asked of the allocator, after N inserts"],
    ["resident", "resident", "in physical memory, after N inserts"],
    ["resident_peak", "peak", "the most in physical memory while it grew"],
    ["allocated_erased", "allocated, erased", "asked of the allocator, after erasing 90 %"],
    ["resident_erased", "resident, erased", "in physical memory, after erasing 90 %"],
    ["allocated_shrunk", "allocated, shrunk", "asked of the allocator, after the map's shrinking"],
    ["resident_shrunk", "resident, shrunk", "in physical memory, after the map's shrinking"],
];

function draw_memory(page) {
    const {results, selection} = page;
    if (!results.has("memory"))
        return;
    const here = selection.places.memory;
    const cells = results.cells("memory", here);
    const per_element = (map, counter, part = "median") => {
        const cell = cells.get(map.name);
        if (cell.wrong || !cell.values[counter])
            return NaN;
        const elements = cell.values.elements ? cell.values.elements.median : here.n;
        return cell.values[counter][part] / elements;
    };
    const maps = [...results.maps.values()].filter(m => cells.has(m.name));
    const columns = memory_columns.filter(([counter]) =>
        maps.some(map => Number.isFinite(per_element(map, counter))));
    const most = d3.max(columns, ([counter]) => d3.max(maps, map => per_element(map, counter)));
    const width = d3.scale.linear().domain([0, most || 1]).range([0, 100]);
    draw_table(document.getElementById("memory-numbers"), {
        key: "memory",
        caption: `${here.kind} keys, N = ${count_text(here.n)}: bytes an element; –: not known, or `
            + "the map cannot",
        columns: [
            {title: "map", cell: name_cell},
            ...columns.map(([counter, title, hint]) => ({
                title,
                hint,
                class: "bar",
                cell: map => {
                    const bytes = per_element(map, counter);
                    if (cells.get(map.name).wrong)
                        return wrong_cell(cells.get(map.name));
                    return Number.isFinite(bytes) ? bar(map, width(bytes), digits(bytes)) : "–";
                },
                order: map => per_element(map, counter),
                hint_of: map => Number.isFinite(per_element(map, counter))
                    ? `${digits(per_element(map, counter, "least"))} to `
                        + `${digits(per_element(map, counter, "most"))} bytes` : null,
            })),
        ],
        rows: maps,
        sort_by: Math.min(columns.length, 2),
        descending: false,
    });
}

function bar(map, percent, text) {
    return el("span", {}, text, el("i", {style: `width:${percent}%;background:${map.colour}`}));
}
