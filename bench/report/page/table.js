// SPDX-License-Identifier: BSL-1.0

// Tables of numbers: a row is a map, a click on a heading sorts. The harness floor stays on top,
// what is missing goes to the end.

// columns: {title, cell(map) → string or node, order(map) → number, hint, hint_of(map), class}.
// `box` keeps the chosen order for the next time.
function draw_table(box, {key, caption, columns, rows, sort_by = 0, descending = true}) {
    if (!box.order_ || !columns.some(c => c.title === box.order_.title))
        box.order_ = {title: columns[sort_by].title, descending};
    const by = columns.find(c => c.title === box.order_.title);
    const sign = box.order_.descending ? -1 : 1;
    const sorted = !by.order ? rows : rows.slice().sort((a, b) => {
        if (a.is_floor !== b.is_floor)
            return a.is_floor ? -1 : 1;
        const [one, two] = [by.order(a), by.order(b)];
        if (!Number.isFinite(one) || !Number.isFinite(two))
            return Number.isFinite(two) - Number.isFinite(one);
        return sign * (one - two);
    });
    const again = () => draw_table(box, {key, caption, columns, rows, sort_by, descending});
    const cells = row => columns.map((c, at) => el(at ? "td" : "th",
        {scope: at ? null : "row", class: c.class, title: c.hint_of && c.hint_of(row)},
        c.cell(row)));
    const table = el("table", {},
        el("caption", {}, caption),
        el("thead", {}, el("tr", {}, ...columns.map(c => heading(box, key, c, descending, again)))),
        el("tbody", {}, ...sorted.map(row =>
            el("tr", {class: row.is_floor ? "floor" : null}, ...cells(row)))));
    keep_focus(() => fill(box, table));
}

function heading(box, key, column, descending, again) {
    if (!column.order)
        return el("th", {scope: "col", title: column.hint}, column.title);
    const chosen = box.order_.title === column.title;
    const direction = box.order_.descending ? "descending" : "ascending";
    return el("th", {scope: "col", title: column.hint, "aria-sort": chosen ? direction : null},
        key_button(`${key} ${column.title}`, {class: "sort", click: () => {
            box.order_ = {title: column.title,
                          descending: chosen ? !box.order_.descending : descending};
            again();
        }}, column.title));
}

function name_cell(map) {
    return el("span", {class: "name", title: map.note || null}, swatch(map), map.title);
}

function wrong_cell(cell) {
    return el("span", {class: "wrong", title: cell.wrong}, "WRONG");
}

// The median of a cell; what is missing is a dash, what is wrong says so.
function value_cell(cell, counter, text) {
    if (!cell)
        return "–";
    if (cell.wrong)
        return wrong_cell(cell);
    const value = cell.values[counter];
    if (!value)
        return "–";
    return el("span", {title: range_text(value, text)}, text(value.median));
}

// With the least and the most of the rounds below it.
function rate_cell(cell) {
    const shown = value_cell(cell, "ops_per_s", rate_text);
    const rate = cell && cell.values.ops_per_s;
    if (rate && rate.rounds > 1)
        shown.append(el("small", {}, `${rate_text(rate.least)}–${rate_text(rate.most)}`));
    if (rate && cell.unfinished)
        shown.append(el("small", {class: "wrong"}, "did not finish"));
    return shown;
}

function median_of(cell, counter) {
    return cell && !cell.wrong && cell.values[counter] ? cell.values[counter].median : NaN;
}

// What a table is sorted by: a map that did not finish goes to the end.
function rank_of(cell, counter) {
    return cell && cell.unfinished ? NaN : median_of(cell, counter);
}

// A column for each thing in `across`; `cell_of(map, across)` finds the cell.
function rate_table(box, {key, caption, across, title_of, maps, cell_of}) {
    draw_table(box, {
        key,
        caption,
        columns: [
            {title: "map", cell: name_cell},
            ...across.map(one => ({
                title: title_of(one),
                cell: map => rate_cell(cell_of(map, one)),
                order: map => rank_of(cell_of(map, one), "ops_per_s"),
            })),
        ],
        rows: maps,
        sort_by: across.length,
    });
}
