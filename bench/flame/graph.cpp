// SPDX-License-Identifier: BSL-1.0
#include "flame/graph.hpp"

#include "report/words.hpp"
#include "workloads/workload.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

namespace ferry::bench {

namespace {

// In pixels.
constexpr double width = 1200;
constexpr double margin = 12;
constexpr double plot_width = width - 2 * margin;
constexpr double row = 18;
constexpr double title_height = 32;
constexpr double legend_height = 32;
// Two samples in five thousand: what is narrower only costs height.
constexpr double narrowest = 0.5;
constexpr double letter = 6.65; // of the monospaced font below

struct layer_style {
    layer owner;
    std::string_view label;
    int hue;
    int saturation; // percent
};
constexpr std::array<layer_style, 5> layer_styles{{{layer::map, "the map", 28, 78},
                                                   {layer::locks, "locks", 350, 62},
                                                   {layer::allocator, "allocator", 265, 48},
                                                   {layer::kernel, "kernel", 205, 45},
                                                   {layer::harness, "benchmark", 60, 6}}};

const layer_style &style_of(layer owner) {
    return *std::ranges::find(layer_styles, owner, &layer_style::owner);
}

// Neighbours differ a little, and a function looks the same everywhere.
std::string colour_of(const box &b) {
    unsigned sum = 0;
    for (const char c : b.name)
        sum = sum * 31 + static_cast<unsigned char>(c);
    const auto &style = style_of(b.owner);
    return "hsl(" + std::to_string(style.hue) + "," + std::to_string(style.saturation) + "%," +
           std::to_string(74 + sum % 9) + "%)";
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
    return fixed(100 * static_cast<double>(part) / static_cast<double>(whole), 1) + " %";
}

// "1234567" as "1,234,567".
std::string grouped(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text)
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            // XML has no way to write the other control characters.
            out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
        }
    return out;
}

bool continues_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t letters_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, std::not_fn(continues_letter)));
}

// A name without its first namespace or class; nothing of a name that has none.
std::string_view without_scope(std::string_view name) {
    int depth = 0;
    for (std::size_t i = 0; i + 1 < name.size(); ++i) {
        depth += (name[i] == '<') - (name[i] == '>');
        if (depth == 0 && name.substr(i, 2) == "::")
            return name.substr(i + 2);
    }
    return {};
}

// As much of a name as fits, its end rather than its beginning. The script does the same.
std::string fitted(std::string_view name, double pixels) {
    const auto room = static_cast<std::size_t>(std::max(0.0, (pixels - 6) / letter));
    std::string_view last;
    for (auto part = name; !part.empty(); part = without_scope(part)) {
        if (letters_of(part) <= room)
            return std::string(part);
        last = part;
    }
    if (room < 3)
        return {};
    std::size_t end = 0;
    for (std::size_t letters = 0; end < last.size(); ++end)
        if (!continues_letter(last[end]) && ++letters == room)
            break;
    auto start = last.substr(0, end);
    for (const std::string_view stump : {"…", "<"})
        if (start.ends_with(stump))
            start.remove_suffix(stump.size());
    return std::string(start) + "…";
}

constexpr std::string_view style_sheet = R"css(
svg.flame { font: 12px sans-serif; background: #fff; }
svg.flame .frame text { font: 11px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #222; }
svg.flame .frame rect { stroke: #fff; stroke-width: .6; }
svg.flame .frame:hover rect { stroke: #000; stroke-width: 2; }
svg.flame .found rect { fill: #3b7dd8 !important; }
svg.flame .found text { fill: #fff; }
svg.flame .above { opacity: .55; }
svg.flame .title { font-size: 16px; font-weight: bold; fill: #222; }
svg.flame .note { fill: #555; }
svg.flame .tool { display: none; fill: #1a5fb4; cursor: pointer; }
)css";

// Draws nothing: it finds the boxes in the document and moves them.
constexpr std::string_view script = R"js(
for (const svg of document.querySelectorAll('svg.flame')) {
    const left = 12, full = 1176, letter = 6.65;
    const frames = [...svg.querySelectorAll('.frame')].map(e => ({
        e, x: +e.getAttribute('x'), y: +e.getAttribute('y'), w: +e.getAttribute('width'),
        name: e.querySelector('title').textContent.split('\n')[0], text: e.querySelector('text')}));
    const fitted = (name, pixels) => {
        const room = Math.max(0, Math.floor((pixels - 6) / letter));
        const tails = [name];
        for (let i = 0, depth = 0; i + 1 < name.length; ++i) {
            depth += (name[i] === '<') - (name[i] === '>');
            if (depth === 0 && name.startsWith('::', i)) {
                tails.push(name.slice(i + 2));
                ++i;
            }
        }
        const letters = tails.filter(t => t !== '').map(t => [...t]);
        const fits = letters.find(t => t.length <= room);
        if (fits) return fits.join('');
        const last = letters[letters.length - 1];
        return room < 3 ? '' : last.slice(0, room - 1).join('').replace(/<?…?$/, '') + '…';
    };
    if (frames.length === 0) continue;
    const tool = name => svg.querySelector('.' + name);
    const show = (e, visible) => { e.style.display = visible ? 'inline' : 'none'; };
    const zoom = to => {
        const scale = full / to.w, end = to.x + to.w, slack = 0.02;
        for (const f of frames) {
            const holds = f.x <= to.x + slack && f.x + f.w >= end - slack && f.y > to.y;
            const within = f.x >= to.x - slack && f.x + f.w <= end + slack && f.y <= to.y;
            show(f.e, holds || within);
            if (!holds && !within) continue;
            const w = holds ? full : f.w * scale;
            f.e.setAttribute('x', holds ? left : left + (f.x - to.x) * scale);
            f.e.setAttribute('width', w);
            f.e.classList.toggle('above', holds);
            f.text.textContent = fitted(f.name, w);
        }
        show(tool('reset'), to.w < full - slack);
    };
    for (const f of frames) f.e.addEventListener('click', () => zoom(f));
    tool('reset').addEventListener('click', () => zoom({x: left, y: Infinity, w: full}));
    tool('search').addEventListener('click', () => {
        const wanted = (prompt('Functions whose name contains:') || '').toLowerCase();
        let covered = 0, end = -1;
        for (const f of [...frames].sort((a, b) => a.x - b.x || b.w - a.w)) {
            const found = wanted !== '' && f.name.toLowerCase().includes(wanted);
            f.e.classList.toggle('found', found);
            if (found && f.x + 0.01 > end) { covered += f.w; end = f.x + f.w; }
        }
        tool('search').textContent = wanted === '' ? 'search'
            : 'search: ' + wanted + ', ' + (100 * covered / full).toFixed(1) + ' %';
    });
    show(tool('search'), true);
    for (const e of [tool('reset'), tool('search')])
        e.addEventListener('keydown', event => {
            if (event.key === 'Enter') e.dispatchEvent(new Event('click'));
        });
}
)js";

std::string samples_in_words(std::uint64_t samples) {
    return grouped(samples) + (samples == 1 ? " sample" : " samples");
}

double pixels_of(std::uint64_t samples, std::uint64_t total) {
    return plot_width * static_cast<double>(samples) / static_cast<double>(total);
}

void draw_box(std::ostream &out, const box &b, std::uint64_t total, double bottom) {
    const double pixels = pixels_of(b.samples, total);
    // An inner svg clips what it holds.
    out << "<svg class=\"frame\" x=\"" << fixed(margin + pixels_of(b.start, total), 3) << "\" y=\""
        << bottom - row * static_cast<double>(b.depth + 1) << "\" width=\"" << fixed(pixels, 3)
        << "\" height=\"" << row << "\"><title>" << escaped(b.name) << "\n"
        << percent(b.samples, total) << ", " << samples_in_words(b.samples) << ", "
        << style_of(b.owner).label << "</title><rect width=\"100%\" height=\"100%\" fill=\""
        << colour_of(b) << "\"/><text x=\"3\" y=\"13\">" << escaped(fitted(b.name, pixels))
        << "</text></svg>\n";
}

// The share of the samples that ended in each layer's own code; and what the script offers.
void draw_legend(std::ostream &out, const folded_stacks &stacks, std::uint64_t total, double y) {
    double x = margin;
    for (const auto &style : layer_styles) {
        std::uint64_t own = 0;
        for (const auto &[stack, samples] : stacks)
            own += stack.back().owner == style.owner ? samples : 0;
        const auto label = std::string(style.label) + " " + percent(own, total);
        out << "<rect x=\"" << x << "\" y=\"" << y - 10
            << "\" width=\"12\" height=\"12\" fill=\"hsl(" << style.hue << "," << style.saturation
            << "%,76%)\"/><text class=\"note\" x=\"" << x + 17 << "\" y=\"" << y << "\">" << label
            << "</text>\n";
        x += 40 + letter * static_cast<double>(label.size());
    }
    out << "<text class=\"tool reset\" tabindex=\"0\" role=\"button\" x=\"" << x + 20 << "\" y=\""
        << y << "\">show all</text>\n"
        << "<text class=\"tool search\" tabindex=\"0\" role=\"button\" x=\"" << width - margin
        << "\" y=\"" << y << "\" text-anchor=\"end\">search</text>\n";
}

std::string conditions_of(const flame_graph &g) {
    return g.workload + ", " + threads_in_words(g.threads) + ", " +
           samples_in_words(samples_of(g.stacks));
}

// Alone it brings what the page has once for all: title, style and script.
void draw_svg(std::ostream &out, const flame_graph &g, bool alone) {
    auto boxes = lay_out(g.stacks);
    const auto total = samples_of(g.stacks);
    std::erase_if(boxes, [&](const box &b) { return pixels_of(b.samples, total) < narrowest; });
    std::size_t rows = 1;
    for (const auto &b : boxes)
        rows = std::max(rows, b.depth + 1);
    const double top = alone ? title_height : 0;
    const double bottom = top + legend_height + row * static_cast<double>(rows);
    const double height = bottom + margin;

    out << "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flame\" width=\"" << width
        << "\" height=\"" << height << "\" viewBox=\"0 0 " << width << " " << height << "\">\n";
    if (alone)
        out << "<style><![CDATA[" << style_sheet << "]]></style>\n"
            << "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
            << "<text x=\"" << margin << "\" y=\"26\"><tspan class=\"title\">" << escaped(g.map)
            << "</tspan><tspan class=\"note\" dx=\"12\">" << escaped(conditions_of(g))
            << "</tspan></text>\n";
    if (boxes.empty())
        out << "<text class=\"note\" x=\"" << margin << "\" y=\"" << top + 20
            << "\">Nothing was sampled.</text>\n";
    else
        draw_legend(out, g.stacks, total, top + 20);
    for (const auto &b : boxes)
        draw_box(out, b, total, bottom);
    if (alone)
        out << "<script><![CDATA[" << script << "]]></script>\n";
    out << "</svg>\n";
}

} // namespace

std::vector<box> lay_out(const folded_stacks &stacks) {
    std::vector<box> boxes;
    std::vector<std::size_t> open; // of each depth, the box that is still growing
    std::uint64_t start = 0;
    // The stacks are in order: those that share their first frames follow each other.
    for (const auto &[stack, samples] : stacks) {
        std::size_t shared = 0;
        while (shared < std::min(open.size(), stack.size()) &&
               boxes[open[shared]].name == stack[shared].name &&
               boxes[open[shared]].owner == stack[shared].owner)
            boxes[open[shared++]].samples += samples;
        open.resize(shared);
        for (; shared < stack.size(); ++shared) {
            open.push_back(boxes.size());
            boxes.push_back({stack[shared].name, stack[shared].owner, shared, start, samples});
        }
        start += samples;
    }
    return boxes;
}

void draw_graph(std::ostream &out, const flame_graph &g) {
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    draw_svg(out, g, true);
}

void write_graph_page(std::ostream &out, const std::string &title,
                      const std::vector<graph_section> &sections) {
    out << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>"
        << escaped(title) << "</title>\n<style>" << style_sheet << R"css(
body { font: 15px/1.5 sans-serif; color: #222; width: 1200px; margin: 24px auto; }
h2 { margin-top: 48px; border-bottom: 1px solid #ccc; }
h3 { margin: 28px 0 4px 12px; }
h3 span { font-size: 14px; font-weight: normal; color: #555; margin-left: 10px; }
)css"
        << "</style></head>\n<body>\n<h1>" << escaped(title) << R"html(</h1>
<p>Each box is a function, as wide as the share of the processor time spent in it and in what it
calls, which stands on it; the order from left to right is that of the names. So the boxes compare
the parts of one map; how fast the maps are is in the headlines, measured while they were profiled.
Time that a thread slept is not seen. Point at a box for its full name, click it to zoom in.
Flame graphs are <a href="https://www.brendangregg.com/flamegraphs.html">Brendan Gregg's</a>.</p>
)html";
    for (const auto &section : sections) {
        out << "<h2>" << escaped(section.load) << "</h2>\n";
        for (const auto &[graph, operations_per_second] : section.graphs) {
            out << "<h3>" << escaped(graph.map) << " <span>"
                << fixed(operations_per_second / 1e6, 2) << " million operations/s; "
                << escaped(conditions_of(graph)) << "</span></h3>\n";
            draw_svg(out, graph, false);
        }
    }
    out << "<script>" << script << "</script>\n</body></html>\n";
}

} // namespace ferry::bench
