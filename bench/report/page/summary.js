// SPDX-License-Identifier: BSL-1.0

// Who wins where: a table of winners at one number of threads, what it comes to in ferry's mean
// ratios, and where ferry loses.

const losses_at_first = 8;

function draw_summary(page) {
    const {results, selection} = page;
    if (!results.has("curves"))
        return;
    const verdicts = page.verdicts = page.verdicts || all_verdicts(results);
    draw_winners(page, selection.places.curves.workers);
    if (page.summary_is_drawn)
        return;
    page.summary_is_drawn = true;
    fill(document.getElementById("verdict"), ...verdict_words(results, verdicts));
    if (verdicts.length) {
        draw_means(results, verdicts);
        draw_losses(page, losses_of(verdicts));
    }
}

function verdict_words(results, verdicts) {
    if (!verdicts.length)
        return [el("p", {}, "ferry was not measured beside a rival here.")];
    const lost = losses_of(verdicts);
    const won = verdicts.filter(v => !v.is_loss);
    const failed = lost.filter(v => v.ratio === null);
    const mean = mean_ratio(verdicts, null).mean;
    const count = list => count_text(list.length);
    const close = list => count(list.filter(v => v.is_even));
    const sentences = [
        `ferry was measured beside rivals in ${count(verdicts)} cells, a cell being one workload, `
            + "kind of keys, size, choice and number of threads.",
        `Another map was ahead in ${count(lost)} of them (${share(lost, verdicts)}), in `
            + `${close(lost)} of these by less than the spread of the rounds; ferry was fastest in `
            + `${count(won)}, in ${close(won)} of these by less than the spread.`,
    ];
    if (failed.length)
        sentences.push(`ferry was wrong or did not finish in ${count(failed)}.`);
    if (mean !== null)
        sentences.push(`In the geometric mean of ${failed.length ? "the others" : "all cells"} its `
            + `throughput is ${ratio_text(mean)} that of the best rival of each cell.`);
    return [el("p", {}, sentences.join(" "))];
}

function share(part, whole) { return Math.round(100 * part.length / whole.length) + " %"; }

// Geometric means of ferry over the best rival of each family, by number of threads.
function draw_means(results, verdicts) {
    const threads = results.options("curves", "workers");
    const across = [...threads.map(t => ({
        title: threads_text(t), verdicts: verdicts.filter(v => v.place.workers === t)})),
        ...(threads.length > 1 ? [{title: "all", verdicts}] : [])];
    const families = d3.set([...results.maps.values()]
        .filter(m => !m.is_ferry && !m.is_floor).map(m => m.family)).values();
    const rows = [...families, null].map(family => ({
        title: family === null ? "all of them" : family,
        means: across.map(one => mean_ratio(one.verdicts, family)),
    }));
    fill(document.getElementById("means"), el("table", {},
        el("caption", {}, "ferry's throughput over that of the best rival of a family: geometric "
            + "mean, and number of cells"),
        el("thead", {}, el("tr", {}, el("th", {scope: "col"}, "best of"),
            ...across.map(one => el("th", {scope: "col"}, one.title)))),
        el("tbody", {}, ...rows.map(row => el("tr", {}, el("th", {scope: "row"}, row.title),
            ...row.means.map(({mean, cells}) => el("td", {}, mean === null ? "–"
                : el("span", {}, ratio_text(mean), el("small", {}, count_text(cells))))))))));
}

function place_words(place) {
    return `${place.workload}, ${place.kind}, ${place.choice}, N = ${count_text(place.n)}, `
        + threads_text(place.workers);
}

function draw_losses(page, losses) {
    const row = v => el("li", {}, key_button(`loss ${place_words(v.place)}`,
        {class: "link", click: () => page.go_to(v.place)},
        el("b", {}, v.ratio === null ? "–" : ratio_text(v.ratio)),
        el("span", {}, (v.ratio === null
            ? (v.ferry.wrong ? "ferry was WRONG" : "ferry did not finish") + "; best was "
            : "") + v.rival.map.title + (v.is_even ? " (within the spread)" : "")),
        el("span", {class: "where"}, place_words(v.place))));
    const rest = losses.slice(losses_at_first);
    fill(document.getElementById("losses"),
        el("h3", {}, "Where ferry loses, worst first"),
        losses.length ? null : el("p", {}, "Nowhere in this run."),
        el("ol", {class: "losses"}, ...losses.slice(0, losses_at_first).map(row)),
        rest.length ? el("details", {}, el("summary", {}, `the other ${count_text(rest.length)}`),
            el("ol", {class: "losses", start: losses_at_first + 1}, ...rest.map(row))) : null);
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
        el("caption", {}, `The fastest map with ${threads_text(threads)}, and ferry's throughput `
            + "over the best rival's; a click shows the curves. ≈: less than the spread of the "
            + "rounds."),
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
        words = "ferry WRONG";
    else if (ferry && ferry.unfinished)
        words = "ferry did not finish";
    else if (ratio !== null)
        words = (verdict.is_loss ? "ferry " : "") + (verdict.is_even ? "≈ " : "")
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
