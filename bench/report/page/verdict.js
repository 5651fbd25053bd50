// SPDX-License-Identifier: BSL-1.0

// Who wins at a place, by the median; how ferry stands beside the best rival, of all and of each
// family. A map that was wrong or did not finish cannot win; where no other map of ferry was right
// and finished, ferry lost. No map of ferry is a rival.

// What is compared with rivals: the best map of both engines, and of each.
const sides = [
    {title: "the better engine", row: "better engine of each cell", has: map => map.is_ferry},
    {title: "nodes", row: "nodes: concurrent_map", has: map => map.engine === "nodes"},
    {title: "flat", row: "flat: concurrent_flat_map", has: map => map.engine === "flat"},
];

function verdict_at(results, place, side = sides[0]) {
    const cells = [...results.cells("curves", place).values()].filter(c => !c.map.is_floor);
    const ranked = cells.filter(c => c.counts)
        .sort((a, b) => b.values.ops_per_s.median - a.values.ops_per_s.median);
    const ferry = ranked.find(c => side.has(c.map)) || cells.find(c => side.has(c.map)) || null;
    const rivals = ranked.filter(c => !c.map.is_ferry);
    const ratio_to = rival =>
        ferry && ferry.counts && rival
            ? ferry.values.ops_per_s.median / rival.values.ops_per_s.median : null;
    const best_of = new Map();
    for (const rival of rivals)
        if (!best_of.has(rival.map.family))
            best_of.set(rival.map.family, ratio_to(rival));
    const rival = rivals[0] || null;
    return {
        place,
        winner: ranked[0] || null,
        ferry,
        rival,
        ratio: ratio_to(rival),
        ratios: best_of, // by family
        is_loss: Boolean(ferry && rival) && (!ferry.counts || ratio_to(rival) < 1),
        is_even: Boolean(ferry && ferry.counts && rival) && ranges_overlap(ferry, rival),
        wrong: cells.filter(c => c.wrong),
    };
}

function ranges_overlap(a, b) {
    const one = a.values.ops_per_s;
    const two = b.values.ops_per_s;
    return one.least <= two.most && two.least <= one.most;
}

// The verdicts of each side, of the places where it and a rival were measured. Without an engine
// that has none; with one engine alone there is no better one.
function all_verdicts(results) {
    const [better, ...engines] = sides.map(side => ({
        side,
        verdicts: results.places("curves").map(place => verdict_at(results, place, side))
            .filter(v => v.ferry && v.rival),
    }));
    const measured = engines.filter(one => one.verdicts.length);
    return measured.length > 1 ? [better, ...measured] : measured;
}

// Worst first; where ferry was wrong or did not finish comes before all others.
function losses_of(verdicts) {
    return verdicts.filter(v => v.is_loss).sort((a, b) => (a.ratio || 0) - (b.ratio || 0));
}

// Of ferry over the best rival, over the verdicts that have one: the geometric mean of the ratios,
// and in how many cells ferry is first. `family` null: the rival may be of any.
function standing_of(verdicts, family = null) {
    const ratios = verdicts.map(v => family === null ? v.ratio : v.ratios.get(family))
        .filter(ratio => ratio !== undefined);
    const known = ratios.filter(Number.isFinite);
    return {
        mean: known.length ? Math.exp(d3.mean(known, Math.log)) : null,
        first: known.filter(ratio => ratio >= 1).length,
        cells: ratios.length,
    };
}
