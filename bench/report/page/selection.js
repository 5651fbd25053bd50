// SPDX-License-Identifier: BSL-1.0

// What is shown: a place in each section, the maps, the axis. It is kept in the address after '#',
// and whatever stands there, what comes out is something that was measured.

const lines_at_first = 7;

function read_address() {
    const wanted = {};
    for (const [key, value] of new URLSearchParams(location.hash.slice(1)))
        wanted[key] = value;
    return wanted;
}

function address_key(section, field) {
    return section === "curves" ? field : section + "." + field;
}

function write_address(selection) {
    const words = new URLSearchParams();
    for (const [section, place] of Object.entries(selection.places))
        for (const [field, value] of Object.entries(place))
            words.set(address_key(section, field), value);
    words.set("y", selection.log ? "log" : "linear");
    if (selection.maps)
        words.set("maps", [...selection.maps].join(","));
    history.replaceState(null, "", "#" + words.toString().replace(/%2C/g, ","));
}

// The largest that is not beyond `most`.
function largest_within(options, most) {
    const within = options.filter(value => value <= most);
    return within.length ? within[within.length - 1] : options[0];
}

function preferred(results, field, options) {
    if (field === "n")
        return largest_within(options, 1e6);
    if (field === "workers")
        return largest_within(options, results.context.num_cpus || Infinity);
    return field === "workload" && options.includes("mix-90-5-5") ? "mix-90-5-5" : options[0];
}

function fit_place(results, section, wanted) {
    const place = {};
    for (const field of place_fields[section]) {
        const options = results.options(section, field, place);
        const asked = number_fields.includes(field) ? Number(wanted[field]) : wanted[field];
        place[field] = options.includes(asked) ? asked : preferred(results, field, options);
    }
    return place;
}

function fit_selection(results, wanted) {
    const places = {};
    for (const section of ["curves", "latency", "memory", "sharing", "service"]) {
        if (!results.has(section))
            continue;
        const asked = {};
        for (const field of place_fields[section])
            asked[field] = wanted[address_key(section, field)];
        places[section] = fit_place(results, section, asked);
    }
    const maps = wanted.maps === undefined ? null
        : new Set(wanted.maps.split(",").filter(name => results.maps.has(name)));
    return {places, maps, log: wanted.y === "log"};
}

// The maps to show while nobody has chosen: ferry, the best of each family, then the next best
// groups, and the floor.
function best_maps(results, selection) {
    const cells = selection.places.curves ? results.cells("curves", selection.places.curves)
                                          : new Map();
    const ranked = [...results.maps.values()].filter(m => !m.is_floor).sort((a, b) => {
        const rate = m => cells.has(m.name) && cells.get(m.name).counts
            ? cells.get(m.name).values.ops_per_s.median : 0;
        return rate(b) - rate(a);
    });
    const shown = new Set(ranked.filter(m => m.is_ferry));
    for (const part of ["family", "group"])
        for (const map of ranked)
            if (shown.size < lines_at_first && ![...shown].some(m => m[part] === map[part]))
                shown.add(map);
    const floor = [...results.maps.values()].filter(m => m.is_floor);
    return new Set([...shown, ...floor].map(m => m.name));
}

function shown_maps(results, selection) {
    return selection.maps || best_maps(results, selection);
}
