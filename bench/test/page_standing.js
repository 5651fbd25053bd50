// SPDX-License-Identifier: BSL-1.0

// The page's figures of the session in both_engines.json; standing.cpp tells how they come about.
//
//   node page_standing.js SESSION.json d3.min.js data.js verdict.js

"use strict";

const assert = require("node:assert");
const {readFileSync} = require("node:fs");
const vm = require("node:vm");

const [session, ...scripts] = process.argv.slice(2);
const page = vm.createContext({session: readFileSync(session, "utf8")});
for (const script of scripts)
    vm.runInContext(readFileSync(script, "utf8"), page, {filename: script});

// What a piece of the page's JavaScript gives, as text: objects of the page are of other classes.
function json(code) { return JSON.parse(JSON.stringify(vm.runInContext(code, page))); }

vm.runInContext("const all = all_verdicts(parse_results(session));", page);

function standing(side, filter = "true", family = "null") {
    return json(`standing_of(all.find(one => one.side.title === "${side}").verdicts`
        + `.filter(v => ${filter}), ${family})`);
}

function check(side, filter, [product, root], first, cells, family) {
    const found = standing(side, filter, family);
    assert.ok(Math.abs(found.mean - Math.pow(product, 1 / root)) < 1e-9, `${side}: ${found.mean}`);
    assert.deepEqual([found.first, found.cells], [first, cells], side);
}

check("the better engine", "true", [16, 5], 4, 5);
check("nodes", "true", [2, 4], 3, 5);
check("flat", "true", [1, 1], 2, 4);
check("the better engine", "v.place.workers === 2", [8, 4], 3, 4);
check("nodes", "v.place.workers === 2", [2, 3], 2, 4);
check("flat", "v.place.workers === 2", [0.5, 3], 1, 3);
check("the better engine", "true", [64, 5], 4, 5, '"libraries"');
check("the better engine", "true", [8, 2], 2, 2, '"by hand"');

// The worst first, with ferry's best map and the best rival, which is none of ferry's.
const losses = json("all.map(one => losses_of(one.verdicts).map(v => "
    + "[v.place.workload, v.place.workers, v.ratio, v.ferry.map.name, v.rival.map.name]))");
assert.deepEqual(losses, [
    [["find-hit", 2, 0.5, "ferry-flat", "library"]],
    [["growth", 2, null, "ferry", "library"], ["find-hit", 2, 0.25, "ferry", "library"]],
    [["find-hit", 2, 0.5, "ferry-flat", "library"],
     ["mix-90-5-5", 2, 0.5, "ferry-flat", "lock"]],
]);

// With one engine alone there is no better one.
vm.runInContext('const nodes = JSON.parse(session); nodes.benchmarks = nodes.benchmarks'
    + '.filter(run => !run.name.includes("/ferry-flat"));', page);
assert.deepEqual(json("all_verdicts(new results(nodes)).map(one => one.side.title)"), ["nodes"]);
