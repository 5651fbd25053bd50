// SPDX-License-Identifier: BSL-1.0

// Beside a chart: the lines in it, in the order of their values at its right end; below them the
// maps that are hidden. A click on a map or a family shows or hides it, in all charts at once.

// items: [{map, value: number or null, text}] of all maps measured there.
function draw_legend(box, {key, title, items, shown, is_chosen, choose}) {
    const sorted = items.slice().sort((a, b) => order_of(b) - order_of(a));
    const toggle = names => {
        const maps = new Set(shown);
        const all_there = names.every(name => maps.has(name));
        names.forEach(name => all_there ? maps.delete(name) : maps.add(name));
        choose(maps);
    };
    const families = d3.nest().key(item => item.map.family).entries(items)
        .filter(family => family.key !== "floor");
    const visible = sorted.filter(item => shown.has(item.map.name));
    const hidden = sorted.filter(item => !shown.has(item.map.name));
    keep_focus(() => fill(box,
        el("div", {class: "families", role: "group", "aria-label": "families of maps"},
            ...families.map(family => family_button(key, family, shown, toggle)),
            key_button(`${key} best`, {click: () => choose(null), "aria-pressed": !is_chosen,
                title: "ferry, the best of each family, then the next best"}, "best few")),
        el("p", {class: "legend-title"}, title),
        el("ol", {class: "legend"}, ...visible.map(item => el("li", {}, key_button(
            `${key} ${item.map.name}`,
            {"aria-pressed": true, title: item.map.note || null,
             click: () => toggle([item.map.name])},
            swatch(item.map), el("span", {class: "what"}, item.map.title), item.text)))),
        hidden.length ? el("p", {class: "legend-title"}, "Hidden; a click shows them") : null,
        el("div", {class: "hidden-maps"}, ...hidden.map(item => key_button(
            `${key} ${item.map.name}`,
            {"aria-pressed": false, title: item.map.note || null,
             click: () => toggle([item.map.name])},
            item.map.title)))));
}

// What has no value comes last, and the floor, which is no map, after it.
function order_of(item) {
    return item.map.is_floor ? -2 : Number.isFinite(item.value) ? item.value : -1;
}

function family_button(key, family, shown, toggle) {
    const names = family.values.map(item => item.map.name);
    const count = names.filter(name => shown.has(name)).length;
    return key_button(`${key} family ${family.key}`,
        {click: () => toggle(names), "aria-pressed": count === names.length,
         title: `show or hide all of '${family.key}'`},
        el("i", {class: "spot", style: `background:${family.values[0].map.colour}`}),
        `${family.key} ${count}/${names.length}`);
}

// What a chart cannot draw, or not in full, said below it; one line for each map and trouble.
function draw_missing(box, cells, where) {
    const troubles = new Map();
    for (const cell of cells) {
        if (!cell.wrong && !cell.unfinished)
            continue;
        const words = cell.wrong ? ["WRONG: ", cell.wrong]
            : ["did not finish: ", (Math.floor(1000 * cell.values.finished.least) / 10)
                + " % of the keys were in when its time was up"];
        const key = [cell.map.name, ...words].join("\n");
        if (!troubles.has(key))
            troubles.set(key, {map: cell.map, words, places: []});
        troubles.get(key).places.push(where(cell));
    }
    fill(box, ...[...troubles.values()].map(({map, words, places}) => el("li", {},
        el("b", {class: "wrong"}, words[0]), `${map.title}, ${places.join(", ")}: ${words[1]}`)));
}
