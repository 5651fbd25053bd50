// SPDX-License-Identifier: BSL-1.0

// From the runs in results.json to cells. A place is all that is the same for every map there
// (workload, keys, size, threads); a cell is one map at one place, with the median, least and most
// of its rounds. A place is known by what its fields say, in the order given here.

"use strict";

const place_fields = {
    curves: ["workload", "kind", "choice", "n", "workers"],
    latency: ["scenario", "kind", "n", "workers"],
    memory: ["kind", "n"],
    wordcount: ["workers"],
    sharing: ["workload", "workers"],
    service: ["scenario", "arrivals", "n", "rate", "connections", "workers"],
};
const number_fields = ["n", "rate", "connections", "workers"];

function summary_of(samples) {
    const sorted = samples.slice().sort(d3.ascending);
    return {
        median: d3.median(sorted),
        least: sorted[0],
        most: sorted[sorted.length - 1],
        rounds: sorted.length,
    };
}

// The median, least and most of the rounds at each place of series: as long as the longest of them.
function summaries_of(rounds) {
    return d3.range(d3.max(rounds, round => round.length)).map(at =>
        summary_of(rounds.filter(round => at < round.length).map(round => round[at])));
}

// "curves/find-hit/u64/n:1000/uniform/workers:2/ferry/round:0/…" to {section, place, map}; the
// words come in the order of the fields, numbers name themselves. Null: not one of ours.
function parse_name(name) {
    const words = [];
    const numbers = {};
    for (const part of name.split("/")) {
        const colon = part.indexOf(":");
        if (colon < 0)
            words.push(part);
        else
            numbers[part.slice(0, colon)] = Number(part.slice(colon + 1));
    }
    const section = words.shift();
    if (!Object.hasOwn(place_fields, section))
        return null;
    const place = {};
    for (const field of place_fields[section])
        place[field] = number_fields.includes(field) ? numbers[field] : words.shift();
    return {section, place, map: words.shift()};
}

// The maps in catalogue order. `group` joins the variants of one map: michael-hp, michael-rcu.
function read_maps(context) {
    const maps = new Map();
    const order = String(context.maps || "").split(", ");
    const names = Object.keys(context)
        .filter(key => key.startsWith("map:"))
        .map(key => key.slice("map:".length))
        .sort((a, b) => order.indexOf(a) - order.indexOf(b));
    for (const name of names) {
        const value = context["map:" + name];
        const [family, ...note] = String(value).split(" | ");
        add_map(maps, name, family.trim(), note.join(" | "));
    }
    return maps;
}

// The rule of maps/engine.hpp.
function engine_of(name) { return /^ferry-flat(-|$)/.test(name) ? "flat" : "nodes"; }

function add_map(maps, name, family, note) {
    maps.set(name, {
        name,
        family,
        note,
        group: family + "/" + name.split("-")[0],
        is_floor: family === "floor",
        is_ferry: family === "ferry",
        engine: family === "ferry" ? engine_of(name) : null,
        title: family === "floor" ? "harness floor" : name,
    });
}

class results {
    constructor(json) {
        this.context = json.context || {};
        this.maps = read_maps(this.context);
        this.runs = 0;
        this.rounds = 0;
        this.places_ = {curves: [], latency: [], memory: [], wordcount: [], sharing: [],
                        service: []};
        this.cells_ = new Map(); // by key of a place: its cells by name of map
        for (const run of json.benchmarks || [])
            if (run.run_type !== "aggregate")
                this.add_(run);
        for (const cells of this.cells_.values())
            for (const cell of cells.values())
                this.close_(cell);
    }

    key_(section, place) {
        return section + "/" + place_fields[section].map(field => place[field]).join("/");
    }

    add_(run) {
        const parsed = parse_name(run.name);
        if (!parsed || !parsed.map)
            return;
        const {section, place, map} = parsed;
        if (!this.maps.has(map))
            add_map(this.maps, map, /^ferry(-|$)/.test(map) ? "ferry" : "others", "");
        const key = this.key_(section, place);
        if (!this.cells_.has(key)) {
            this.cells_.set(key, new Map());
            this.places_[section].push(place);
        }
        const cells = this.cells_.get(key);
        if (!cells.has(map))
            cells.set(map, {map: this.maps.get(map), place, samples: Object.create(null),
                            values: Object.create(null), rounds: Object.create(null),
                            series: Object.create(null), wrong: null});
        const cell = cells.get(map);
        ++this.runs;
        if (run.error_occurred) {
            cell.wrong = run.error_message || "the run gave a wrong result";
            return;
        }
        for (const [counter, value] of Object.entries(run))
            if (Number.isFinite(value))
                (cell.samples[counter] = cell.samples[counter] || []).push(value);
            else if (Array.isArray(value))
                (cell.rounds[counter] = cell.rounds[counter] || []).push(value);
    }

    close_(cell) {
        if (!cell.wrong) {
            for (const [counter, samples] of Object.entries(cell.samples))
                cell.values[counter] = summary_of(samples);
            for (const [counter, rounds] of Object.entries(cell.rounds))
                cell.series[counter] = summaries_of(rounds);
        }
        delete cell.samples;
        delete cell.rounds;
        const {finished, ops_per_s, real_time} = cell.values;
        cell.unfinished = Boolean(finished) && finished.least < 1;
        // Only what is right and complete can win.
        cell.counts = Boolean(ops_per_s) && ops_per_s.median > 0 && !cell.unfinished;
        this.rounds = Math.max(this.rounds, real_time ? real_time.rounds : 0);
    }

    has(section) { return this.places_[section].length > 0; }
    places(section) { return this.places_[section]; }

    // The cells of all maps at a place, by name; empty where nothing was measured.
    cells(section, place) { return this.cells_.get(this.key_(section, place)) || new Map(); }

    // What a field can be, among the places that are like `fixed`.
    options(section, field, fixed = {}) {
        const values = new Set();
        for (const place of this.places_[section])
            if (Object.keys(fixed).every(key => place[key] === fixed[key]))
                values.add(place[field]);
        const list = [...values];
        return number_fields.includes(field) ? list.sort(d3.ascending) : list;
    }
}

// Google Benchmark writes NaN and Infinity, which JSON does not know.
function parse_results(text) {
    try {
        return new results(JSON.parse(text));
    } catch (error) {
        if (!(error instanceof SyntaxError))
            throw error;
        return new results(JSON.parse(text.replace(/:\s*[+-]?(NaN|inf|Infinity)\b/gi, ": null")));
    }
}
