// SPDX-License-Identifier: BSL-1.0

// Who wins where: how ferry stands to its rivals, where it is not first, and a table of winners at
// one number of threads.

const losses_at_first = 8;

function draw_summary(page) {
    const {results, selection} = page;
    if (!results.has("curves"))
        return;
    draw_winners(page, selection.places.curves.workers);
    if (page.summary_is_drawn)
        return;
    page.summary_is_drawn = true;
    const all = all_verdicts(results);
    fill(document.getElementById("verdict"), ...verdict_words(all));
    if (all.length) {
        draw_standings(results, all);
        fill(document.getElementById("losses"), ...all.map(one => losses_list(page, one)));
    }
}

function verdict_words(all) {
    if (!all.length)
        return [el("p", {}, "ferry was not measured beside a rival here.")];
    return [
        el("p", {}, "ferry has two engines. flat (concurrent_flat_map) is for keys and values that "
            + "are trivially copyable and at most 8 bytes each; nodes (concurrent_map) is for all "
            + "others, for stable addresses, and for values that are read in place."),
        el("p", {}, "A cell is one workload, kind of keys, size, choice and number of threads. In "
            + "each, ferry is compared with the best map that is not ferry's."),
        el("ul", {}, ...all.map(one => el("li", {}, side_words(one)))),
    ];
}

function side_words({side, verdicts}) {
    const lost = losses_of(verdicts);
    const won = verdicts.filter(v => !v.is_loss);
    const failed = lost.filter(v => v.ratio === null);
    const {mean} = standing_of(verdicts);
    const close = list => count_text(list.filter(v => v.is_even).length);
    return `${side.title}: first in ${count_text(won.length)} of ${count_text(verdicts.length)} `
        + `cells (${share(won, verdicts)}), in ${close(won)} of these by less than the spread of `
        + `the rounds; behind in ${count_text(lost.length)}, in ${close(lost)} by less than the `
        + "spread"
        + (failed.length
            ? `, and wrong or not finished in ${count_text(failed.length)} of them` : "")
        + (mean === null ? "." : `. Its throughput is ${ratio_text(mean)} the best rival's in the `
            + "geometric mean.");
}

function share(part, whole) { return Math.round(100 * part.length / whole.length) + " %"; }

// By number of threads: each side over the best rival, then the first side over the best of each
// family.
function draw_standings(results, all) {
    const threads = results.options("curves", "workers");
    const across = threads.map(t => ({title: threads_text(t), has: v => v.place.workers === t}));
    if (across.length > 1)
        across.push({title: "all", has: () => true});
    const [first] = all;
    const families = d3.set([...results.maps.values()]
        .filter(m => !m.is_ferry && !m.is_floor).map(m => m.family)).values();
    const row = (title, {verdicts}, family) => el("tr", {}, el("th", {scope: "row"}, title),
        ...across.map(one => standing_cell(standing_of(verdicts.filter(one.has), family))));
    fill(document.getElementById("standings"), el("table", {},
        el("caption", {}, "ferry's throughput over that of the best rival of each cell: geometric "
            + "mean, and the number of cells in which ferry is first"),
        el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "ferry"),
            ...across.map(one => el("th", {scope: "col"}, one.title)))),
        el("tbody", {}, ...all.map(one => row(one.side.row, one, null)),
            ...families.map(family => row(`${first.side.title}, over ${family}`, first, family)))));
}

function standing_cell({mean, first, cells}) {
    if (!cells)
        return el("td", {}, "–");
    return el("td", {}, el("span", {}, mean === null ? "lost" : ratio_text(mean),
        el("small", {}, `${count_text(first)} of ${count_text(cells)}`)));
}

function place_words(place) {
    return `${place.workload}, ${place.kind}, ${place.choice}, N = ${count_text(place.n)}, `
        + threads_text(place.workers);
}

function losses_list(page, {side, verdicts}) {
    const losses = losses_of(verdicts);
    const row = v => el("li", {}, key_button(`loss ${side.title} ${place_words(v.place)}`,
        {class: "link", click: () => page.go_to(v.place)},
        el("b", {}, v.ratio === null ? "–" : ratio_text(v.ratio)),
        el("span", {}, loss_words(v)),
        el("span", {class: "where"}, place_words(v.place))));
    const rest = losses.slice(losses_at_first);
    return el("div", {},
        el("h3", {}, `Where ${side.title} ${side.title === "nodes" ? "are" : "is"} not first, `
            + "worst first"),
        losses.length ? null : el("p", {}, "Nowhere in this run."),
        el("ol", {class: "losses"}, ...losses.slice(0, losses_at_first).map(row)),
        rest.length ? el("details", {}, el("summary", {}, `the other ${count_text(rest.length)}`),
            el("ol", {class: "losses", start: losses_at_first + 1}, ...rest.map(row))) : null);
}

function loss_words({ferry, rival, is_even}) {
    if (ferry.wrong)
        return `${ferry.map.title} was WRONG; best was ${rival.map.title}`;
    if (!ferry.counts)
        return `${ferry.map.title} did not finish; best was ${rival.map.title}`;
    return `${rival.map.title} before ${ferry.map.title}` + (is_even ? " (within the spread)" : "");
}

// Rows: workload, keys, choice; columns: sizes.
function draw_winners(page, threads) {
    const {results, selection} = page;
    const sizes = results.options("curves", "n");
    const rows = d3.nest().key(p => [p.workload, p.kind, p.choice].join(" "))
        .entries(results.places("curves").filter(p => p.workers === threads));
    const is_shown = place =>
        place_fields.curves.every(field => place[field] === selection.places.curves[field]);
    const cell_of = place => place
        ? el("td", {}, winner_button(page, place, is_shown(place))) : el("td", {class: "none"}, "–");
    const row_of = (row, at) => {
        const {workload, kind, choice} = row.values[0];
        const starts = at === 0 || rows[at - 1].values[0].workload !== workload;
        return el("tr", {class: starts ? "first" : null},
            el("th", {scope: "row"}, el("span", {class: starts ? null : "again"}, workload),
                el("small", {}, `${kind}, ${choice}`)),
            ...sizes.map(n => cell_of(row.values.find(place => place.n === n))));
    };
    const table = el("table", {class: "winners"},
        el("caption", {}, `The fastest map with ${threads_text(threads)}, and the throughput of `
            + "ferry's better engine over the best rival's; a click shows the curves. ≈: less than "
            + "the spread of the rounds."),
        el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "workload, keys, choice"),
            ...sizes.map(n => el("th", {scope: "col"}, "N = " + size_tick(n))))),
        el("tbody", {}, ...rows.map(row_of)));
    keep_focus(() => fill(document.getElementById("winners"), table));
}

function winner_button(page, place, is_shown) {
    const verdict = verdict_at(page.results, place);
    const {winner, ferry, rival, ratio} = verdict;
    let words = "ferry not measured";
    if (ferry && ferry.wrong)
        words = `${ferry.map.title} WRONG`;
    else if (ferry && ferry.unfinished)
        words = `${ferry.map.title} did not finish`;
    else if (ratio !== null)
        words = (verdict.is_loss ? ferry.map.title + " " : "") + (verdict.is_even ? "≈ " : "")
            + ratio_text(ratio) + (verdict.is_loss ? "" : " " + rival.map.title);
    else if (ferry)
        words = "no rival";
    return key_button("cell " + place_words(place),
        {class: "cell", "aria-current": is_shown ? "true" : null,
         title: place_words(place), click: () => page.go_to(place)},
        winner ? el("span", {class: "winner"}, swatch(winner.map), winner.map.title)
               : el("span", {class: "winner"}, "no map"),
        el("small", {}, words),
        verdict.wrong.length ? el("small", {class: "wrong"},
            `WRONG: ${verdict.wrong.map(c => c.map.title).join(", ")}`) : null);
}
