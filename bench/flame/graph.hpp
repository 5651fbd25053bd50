// SPDX-License-Identifier: BSL-1.0
#pragma once

// Flame graphs, an idea of Brendan Gregg's (https://www.brendangregg.com/flamegraphs.html): each
// box is a function, as wide as its share of the samples; the functions it calls stand on it.
//
//      find() | search()          | malloc()
//      find()                     | insert()
//      measured_loop()
//
// The drawings stand alone and are complete without script; a script adds zoom and search.

#include "flame/stacks.hpp"

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace ferry::bench {

// A box; its place and width in samples.
struct box {
    std::string name;
    layer owner;
    std::size_t depth; // 0: outermost
    std::uint64_t start;
    std::uint64_t samples;
};

// Siblings are in the order of their names; what follows no name is a function's own time.
std::vector<box> lay_out(const folded_stacks &);

struct flame_graph {
    std::string map;
    std::string workload;
    unsigned threads;
    folded_stacks stacks;
};

// One SVG file.
void draw_graph(std::ostream &, const flame_graph &);

struct measured_graph {
    flame_graph graph;
    double operations_per_second;
};

// The maps under one load.
struct graph_section {
    std::string load;
    std::vector<measured_graph> graphs;
};

// One HTML file with all graphs in it.
void write_graph_page(std::ostream &, const std::string &title, const std::vector<graph_section> &);

} // namespace ferry::bench
