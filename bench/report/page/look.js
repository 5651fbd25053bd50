// SPDX-License-Identifier: BSL-1.0

// How maps and numbers look. A family has one of Okabe and Ito's colours, which the colour-blind
// can tell apart; within it a group of variants has one marker, and its members differ in dashes.

const family_colours = {
    "ferry": "--blue",
    "libcds": "--vermilion",
    "libraries": "--green",
    "by hand": "--purple",
    "servers": "--orange",
    "floor": "--floor",
};
const dashes = ["none", "7 3", "2 3", "9 3 2 3"];

function give_looks(maps) {
    const families = d3.nest().key(m => m.family).key(m => m.group).entries([...maps.values()]);
    for (const family of families)
        family.values.forEach((group, at) => group.values.forEach((map, member) => {
            const alone = group.values.length === 1;
            map.colour = `var(${family_colours[family.key] || "--orange"})`;
            map.dash = map.is_floor ? "none" : dashes[(alone ? at : member) % dashes.length];
            map.symbol = d3.svg.symbolTypes[at % d3.svg.symbolTypes.length];
        }));
}

function marker_path(map, size) { return d3.svg.symbol().type(map.symbol).size(size)(); }

// A short piece of the map's line with its marker, for legends and tables.
function swatch(map) {
    const svg = d3.select(document.createElementNS(d3.ns.prefix.svg, "svg"))
        .attr({class: "swatch", width: 34, height: 12, "aria-hidden": "true"})
        .style("color", map.colour);
    svg.append("path").attr({class: "line", d: "M1,6H33"}).classed("floor", map.is_floor)
        .style("stroke-dasharray", map.dash);
    if (!map.is_floor)
        svg.append("path").attr({class: "marker", d: marker_path(map, 40)})
            .attr("transform", "translate(17,6)");
    return svg.node();
}

// Three significant digits, without an exponent.
function digits(value) {
    if (value === 0)
        return "0";
    const size = Math.floor(Math.log10(Math.abs(value)));
    return d3.format(",." + Math.max(0, Math.min(8, 2 - size)) + "f")(value);
}
// As short as it can be: for ticks.
function plain(value) { return d3.format(",")(Number(value.toPrecision(3))); }

function rate_text(per_second) { return digits(per_second / 1e6); }
function rate_tick(per_second) { return plain(per_second / 1e6); }
function ratio_text(ratio) { return digits(ratio) + "\u00d7"; }
function count_text(count) { return d3.format(",")(count); }
function threads_text(threads) { return threads + (threads === 1 ? " thread" : " threads"); }

function with_unit(value, units, format) {
    let at = 0;
    while (at + 1 < units.length && value >= 999.5) {
        value /= 1000;
        ++at;
    }
    return format(value) + units[at];
}
function time_text(ns) { return with_unit(ns, [" ns", " µs", " ms", " s"], digits); }
function time_tick(ns) { return with_unit(ns, [" ns", " µs", " ms", " s"], plain); }
function size_tick(n) { return with_unit(n, ["", "k", "M", "G"], plain); }

function range_text(summary, text) {
    return summary.rounds > 1
        ? `${text(summary.least)} to ${text(summary.most)} in ${summary.rounds} rounds`
        : "one round";
}
