// SPDX-License-Identifier: BSL-1.0

// Who wins at a place, by the median; how ferry stands beside the best rival, of all and of each
// family. A map that was wrong or did not finish cannot win; where that map is ferry, it lost.

function verdict_at(results, place) {
    const cells = [...results.cells("curves", place).values()].filter(c => !c.map.is_floor);
    const ranked = cells.filter(c => c.counts)
        .sort((a, b) => b.values.ops_per_s.median - a.values.ops_per_s.median);
    const ferry = cells.find(c => c.map.is_ferry) || null;
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

// Places where ferry and a rival were measured, each with its verdict.
function all_verdicts(results) {
    return results.places("curves").map(place => verdict_at(results, place))
        .filter(v => v.ferry && v.rival);
}

// Worst first; where ferry was wrong or did not finish comes before all others.
function losses_of(verdicts) {
    return verdicts.filter(v => v.is_loss).sort((a, b) => (a.ratio || 0) - (b.ratio || 0));
}

// Of ferry over the best rival, over the verdicts that have both. `family` null: of any family.
function mean_ratio(verdicts, family) {
    const ratios = verdicts.map(v => family === null ? v.ratio : v.ratios.get(family))
        .filter(Number.isFinite);
    return {
        mean: ratios.length ? Math.exp(d3.mean(ratios, Math.log)) : null,
        cells: ratios.length,
    };
}
