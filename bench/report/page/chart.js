// SPDX-License-Identifier: BSL-1.0

// A chart of lines: a point is the median of the rounds, its whisker goes from the least to the
// most. The x axis is logarithmic unless it is said to be linear; the y axis is as the reader wants
// it. A dense line has too many points for markers and whiskers: only marked points have a marker.

// chart: {label, x: {linear, ticks: [{at, text}], label, shade_from}, y: {log, label, tick, text},
//         lines: [{map, dense, points: [{at, place, value: summary or null, unfinished, marked}]}]}
// Returns the maps whose line lies above the picture: the floor may, so as not to flatten others.
function draw_chart(box, chart) {
    const width = Math.max(280, box.clientWidth);
    const height = Math.max(260, Math.min(440, width * 0.62));
    const margin = {left: 54, right: 14, top: 28, bottom: 46};
    const area = {width: width - margin.left - margin.right,
                  height: height - margin.top - margin.bottom};
    const x = x_scale(chart, area.width);
    const y = y_scale(chart, area.height);

    const root = d3.select(document.createElementNS(d3.ns.prefix.svg, "svg"))
        .attr({width, height, role: "img", "aria-label": chart.label});
    const plot = root.append("g").attr("transform", `translate(${margin.left},${margin.top})`);
    draw_shade(plot, chart, x, area);
    draw_axes(plot, chart, x, y, area);
    const clip = "clip-" + box.id;
    root.append("clipPath").attr("id", clip).append("rect")
        .attr({x: -8, y: -8, width: area.width + 16, height: area.height + 16});
    const inside = plot.append("g").attr("clip-path", `url(#${clip})`);
    for (const line of chart.lines)
        draw_line(inside, line, x, y);
    fill(box, root.node());
    listen(box, root, chart, x, y, margin);
    const top = y.domain()[1];
    return chart.lines.filter(l => points_of(l).every(p => p.value.median > top)).map(l => l.map);
}

function points_of(line) { return line.points.filter(point => point.value); }

function x_scale(chart, width) {
    if (chart.x.linear)
        return d3.scale.linear().range([0, width])
            .domain([0, d3.max(chart.lines, l => d3.max(l.points, p => p.at)) || 1]);
    const [first, last] = d3.extent(chart.x.ticks, tick => tick.at);
    const margin = first === last ? 2 : Math.pow(last / first, 0.03);
    return d3.scale.log().domain([first / margin, last * margin]).range([0, width]);
}

function y_scale(chart, height) {
    const values = lines => d3.merge(lines.map(line => points_of(line).map(p => p.value)));
    const others = values(chart.lines.filter(line => !line.map.is_floor));
    const all = values(chart.lines);
    const most = d3.max(others, v => v.most) || d3.max(all, v => v.most) || 1;
    if (!chart.y.log)
        return d3.scale.linear().domain([0, most * 1.06]).range([height, 0]).nice(6);
    const highest = d3.max(all, v => v.most) || 1;
    const least = d3.min(all, v => v.least) || highest / 10;
    return d3.scale.log().domain([least / 1.25, highest * 1.25]).range([height, 0]);
}

// On a logarithmic axis 1, 2, 5, 10 …, or the powers of ten alone where it spans much.
function y_ticks(y, log) {
    if (!log)
        return y.ticks(6);
    const [low, high] = y.domain();
    const within = y.ticks().filter(t => t >= low && t <= high);
    const leading = t => Math.round(t / Math.pow(10, Math.floor(Math.log10(t) + 1e-9)));
    const wanted = high / low > 300 ? [1] : [1, 2, 5];
    return within.filter(t => wanted.includes(leading(t)));
}

// From the right, as many as have room for their text.
function ticks_with_room(ticks, x) {
    let free_until = Infinity;
    return ticks.slice().sort((a, b) => b.at - a.at).filter(tick => {
        const half = tick.text.length * 3.6 + 4;
        if (x(tick.at) + half > free_until)
            return false;
        free_until = x(tick.at) - half;
        return true;
    });
}

function draw_shade(plot, chart, x, area) {
    const from = chart.x.shade_from;
    if (!from || from >= x.domain()[1])
        return;
    const left = Math.max(0, x(from));
    plot.append("rect").attr({class: "shade", x: left, y: 0, width: area.width - left,
                              height: area.height});
}

function draw_axes(plot, chart, x, y, area) {
    const texts = new Map(ticks_with_room(chart.x.ticks, x).map(t => [t.at, t.text]));
    plot.append("g").attr({class: "axis", transform: `translate(0,${area.height})`})
        .call(d3.svg.axis().scale(x).orient("bottom").outerTickSize(0).tickPadding(7)
            .tickValues(chart.x.ticks.map(t => t.at)).tickFormat(at => texts.get(at) || ""));
    plot.append("g").attr("class", "axis grid")
        .call(d3.svg.axis().scale(y).orient("left").outerTickSize(0).innerTickSize(-area.width)
            .tickPadding(7).tickValues(y_ticks(y, chart.y.log)).tickFormat(chart.y.tick));
    plot.append("text").attr({class: "label", x: -46, y: -13}).text(chart.y.label);
    plot.append("text").attr({class: "label", x: area.width, y: area.height + 40})
        .style("text-anchor", "end").text(chart.x.label);
}

function draw_line(inside, line, x, y) {
    const points = points_of(line);
    const group = inside.append("g").attr("data-map", line.map.name)
        .style("color", line.map.colour);
    const path = d3.svg.line().x(p => x(p.at)).y(p => y(p.value.median)).defined(p => p.value);
    group.append("path").attr({class: "line", d: path(line.points)})
        .classed({floor: line.map.is_floor, dense: Boolean(line.dense)})
        .style("stroke-dasharray", line.map.dash);
    if (line.map.is_floor)
        return;
    group.selectAll("path.whisker").data(points.filter(p => p.value.rounds > 1 && !line.dense))
        .enter().append("path").attr("class", "whisker")
        .attr("d", p => whisker(x(p.at), y(p.value.least), y(p.value.most)));
    group.selectAll("path.marker").data(points.filter(p => p.marked || !line.dense))
        .enter().append("path")
        .attr({class: "marker", d: marker_path(line.map, 46)})
        .classed("unfinished", p => p.unfinished)
        .attr("transform", p => `translate(${x(p.at)},${y(p.value.median)})`);
}

function whisker(x, low, high) {
    return `M${x - 3},${low}H${x + 3}M${x},${low}V${high}M${x - 3},${high}H${x + 3}`;
}

// The point nearest to the pointer or finger tells its numbers; its line stands out meanwhile.
function listen(box, root, chart, x, y, margin) {
    const tip = el("div", {class: "tip", hidden: ""});
    box.append(tip);
    const all = d3.merge(chart.lines.map(line => points_of(line).map(point => ({line, point}))));
    const place_of = ({point}) => [x(point.at) + margin.left, y(point.value.median) + margin.top];
    const show = ([left, top]) => {
        const distance = one => {
            const [a, b] = place_of(one);
            return Math.hypot(a - left, b - top);
        };
        const nearest = all.reduce((a, b) => !a || distance(b) < distance(a) ? b : a, null);
        if (!nearest || distance(nearest) > 60)
            return hide();
        const {line, point} = nearest;
        root.selectAll("[data-map]").classed("faint", function () {
            return this.dataset.map !== line.map.name;
        });
        fill(tip, el("b", {}, line.map.title), el("span", {}, point.place),
            el("span", {}, chart.y.text(point.value.median)),
            el("span", {}, range_text(point.value, chart.y.text)),
            point.unfinished ? el("span", {class: "wrong"}, "did not finish") : null);
        tip.hidden = false;
        const [a, b] = place_of(nearest);
        const room = box.clientWidth - tip.offsetWidth;
        tip.style.left = Math.max(0, Math.min(room, a - tip.offsetWidth / 2)) + "px";
        const above = b - tip.offsetHeight - 12;
        tip.style.top = (above > 0 ? above : b + 14) + "px";
    };
    const hide = () => {
        tip.hidden = true;
        root.selectAll("[data-map]").classed("faint", false);
    };
    root.on("mousemove", () => show(d3.mouse(root.node())))
        .on("click", () => show(d3.mouse(root.node())))
        .on("touchstart", () => show(d3.touches(root.node())[0]))
        .on("mouseleave", hide);
}
