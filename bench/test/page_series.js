// SPDX-License-Identifier: BSL-1.0

// What the page makes of a load on servers: places, and the median of the rounds at each time.
//
//   node page_series.js d3.min.js data.js

"use strict";

const assert = require("node:assert");
const {readFileSync} = require("node:fs");
const vm = require("node:vm");

const cell = "service/growth/fixed/n:1000/rate:500/connections:8/workers:2";
const run = (map, round, longest) => ({
    name: `${cell}/${map}/round:${round}/iterations:1/manual_time`,
    window_seconds: 0.1, window_max_ns: longest,
});
const session = {
    context: {"map:ferry": "ferry | ours", "map:memcached": "servers | 1.6", "maps": "ferry, memcached"},
    benchmarks: [
        run("ferry", 0, [1, 5, 3]), run("ferry", 1, [2, 5, 9]), run("ferry", 2, [3, 6]),
        {...run("memcached", 0, [7]), error_occurred: true, error_message: "gone"},
    ],
};

const page = vm.createContext({session: JSON.stringify(session)});
for (const script of process.argv.slice(2))
    vm.runInContext(readFileSync(script, "utf8"), page, {filename: script});
function json(code) { return JSON.parse(JSON.stringify(vm.runInContext(code, page))); }

vm.runInContext("const all = parse_results(session); const place = all.places('service')[0];"
    + "const cells = all.cells('service', place);", page);
assert.deepEqual(json("place"), {scenario: "growth", arrivals: "fixed", n: 1000, rate: 500,
                                 connections: 8, workers: 2});
assert.deepEqual(json("cells.get('ferry').series.window_max_ns.map(s => s.median)"), [2, 5, 6]);
assert.deepEqual(json("cells.get('ferry').series.window_max_ns.map(s => s.rounds)"), [3, 3, 2]);
assert.deepEqual(json("cells.get('memcached').series"), {});
assert.equal(json("cells.get('memcached').wrong"), "gone");
