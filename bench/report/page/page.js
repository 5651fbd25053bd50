// SPDX-License-Identifier: BSL-1.0

// The whole: what was measured on what, the controls, and drawing again what a choice changes.

const control_titles = {
    workload: "Workload", scenario: "Scenario", kind: "Keys", choice: "Choice of keys",
    n: "N, number of keys", workers: "Threads", arrivals: "Arrivals",
    rate: "Requests a second", connections: "Connections",
};

function draw_header(results) {
    const {context} = results;
    const date = String(context.date || "").slice(0, 16).replace("T", " ");
    const maps = [...results.maps.values()].filter(m => !m.is_floor).length;
    document.getElementById("what").textContent =
        `${maps} ${maps === 1 ? "map" : "maps"} in ${count_text(results.runs)} `
        + (results.runs === 1 ? "run" : "runs")
        + (results.rounds > 1 ? ` (${results.rounds} rounds)` : "")
        + (date ? `, ${date}` : "") + (context.machine ? `, on ${context.machine}` : "") + ".";
    const facts = [
        ["ferry", context.ferry], ["machine", context.machine],
        ["processors", context.num_cpus], ["compiler", context.compiler],
        ["flags", context.flags], ["libraries", context.libraries],
        ["allocator", context.allocator],
        ["page size", context.page_size && context.page_size + " bytes"],
        ["a time stamp costs", context.time_stamp_ns && context.time_stamp_ns + " ns"],
        ["date", context.date], ["command", context.command],
    ].filter(([, value]) => value !== undefined && value !== "");
    fill(document.getElementById("facts"), el("tbody", {}, ...facts.map(([name, value]) =>
        el("tr", {}, el("th", {scope: "row"}, name), el("td", {}, String(value))))));
    const notes = [...results.maps.values()].map(map => el("tr", {},
        el("th", {scope: "row"}, name_cell(map)), el("td", {}, map.family),
        el("td", {}, map.note)));
    fill(document.getElementById("map-notes"), el("tbody", {}, ...notes));
}

// All numbers of cores are shown at once.
function chosen_fields(section) {
    return place_fields[section].filter(field => section !== "sharing" || field !== "workers");
}

// One select for each field of the section's places, in #controls-SECTION.
function draw_controls(page, section) {
    const box = document.getElementById("controls-" + section);
    const chosen = page.selection.places[section];
    const before = {};
    keep_focus(() => fill(box, ...chosen_fields(section).map(field => {
        // Threads belong to the whole summary: all of them are offered, whatever the place.
        const fixed = section === "curves" && field === "workers" ? {} : {...before};
        before[field] = chosen[field];
        return select(`${section} ${field}`, control_titles[field],
            page.results.options(section, field, fixed), chosen[field],
            value => page.choose_place(section, {...chosen, [field]: value}));
    }), section === "curves" ? select("axis", "Vertical axis", ["linear", "logarithmic"],
        page.selection.log ? "logarithmic" : "linear",
        value => page.choose_axis(value === "logarithmic")) : null));
}

function select(key, title, options, chosen, choose) {
    const text = value => typeof value === "number" ? count_text(value) : value;
    return el("label", {}, title, el("select", {"data-key": key,
        change: event => choose(options[event.target.selectedIndex])},
    ...options.map(value => {
        const option = el("option", {}, text(value));
        option.selected = value === chosen;
        return option;
    })));
}

function draw_summary_threads(page) {
    const box = document.getElementById("controls-summary");
    const {places} = page.selection;
    keep_focus(() => fill(box, select("summary workers", "Threads",
        page.results.options("curves", "workers"), places.curves.workers,
        workers => page.choose_place("curves", {...places.curves, workers}))));
}

function draw_all(page) {
    page.shown = shown_maps(page.results, page.selection);
    for (const section of Object.keys(page.selection.places))
        draw_controls(page, section);
    if (page.results.has("curves"))
        draw_summary_threads(page);
    draw_summary(page);
    draw_throughput(page);
    draw_latency(page);
    draw_memory(page);
    draw_words(page);
    draw_sharing(page);
    draw_service(page);
}

function start(results) {
    const page = {results, selection: fit_selection(results, read_address())};
    const changed = () => {
        write_address(page.selection);
        draw_all(page);
    };
    page.choose_place = (section, wanted) => {
        page.selection.places[section] = fit_place(results, section, wanted);
        changed();
    };
    page.choose_maps = maps => {
        page.selection.maps = maps;
        changed();
    };
    page.choose_axis = log => {
        page.selection.log = log;
        changed();
    };
    page.go_to = place => {
        page.choose_place("curves", place);
        document.getElementById("throughput").scrollIntoView();
    };
    for (const section of Object.keys(place_fields))
        for (const part of document.querySelectorAll(`[data-needs="${section}"]`))
            part.hidden = !results.has(section);
    for (const link of document.querySelectorAll("nav a"))
        link.addEventListener("click", event => {
            // The address after '#' is the selection's.
            event.preventDefault();
            const section = document.querySelector(link.getAttribute("href"));
            section.focus({preventScroll: true});
            section.scrollIntoView();
        });
    give_looks(results.maps);
    draw_header(results);
    draw_all(page);
    addEventListener("hashchange", () => {
        page.selection = fit_selection(results, read_address());
        draw_all(page);
    });
    let width = innerWidth;
    addEventListener("resize", () => {
        if (innerWidth !== width)
            draw_all(page);
        width = innerWidth;
    });
}

try {
    start(parse_results(document.getElementById("results").textContent));
} catch (error) {
    document.getElementById("what").textContent = error instanceof SyntaxError
        ? "results.json is not complete: the measuring was probably stopped; let it run to its end."
        : "This page could not be drawn: " + error.message;
    document.querySelector("main").hidden = true;
    throw error;
}
