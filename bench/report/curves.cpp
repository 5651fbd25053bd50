// SPDX-License-Identifier: BSL-1.0
#include "report/curves.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

namespace ferry::bench {

namespace {

// Okabe and Ito's colours, which the colour-blind can tell apart; of the two forms of one map, that
// with RCU is dashed.
struct style {
    std::string_view map;
    std::string_view gnuplot;
};
constexpr style styles[] = {
    {"ferry", "lc rgb '#D55E00' lw 3 dt 1 pt 7"},
    {"michael-hp", "lc rgb '#0072B2' lw 1.5 dt 1 pt 4"},
    {"michael-rcu", "lc rgb '#0072B2' lw 1.5 dt 2 pt 5"},
    {"split-hp", "lc rgb '#009E73' lw 1.5 dt 1 pt 8"},
    {"split-rcu", "lc rgb '#009E73' lw 1.5 dt 2 pt 9"},
    {"feldman-hp", "lc rgb '#CC79A7' lw 1.5 dt 1 pt 12"},
    {"feldman-rcu", "lc rgb '#CC79A7' lw 1.5 dt 2 pt 13"},
    {"mutex", "lc rgb '#000000' lw 1.5 dt 3 pt 2"},
};
constexpr std::string_view other_style = "lc rgb '#56B4E9' lw 1.5 dt 1 pt 6";

std::string_view style_of(const std::string &map) {
    const auto it = std::find_if(std::begin(styles), std::end(styles),
                                 [&](const style &s) { return s.map == map; });
    return it == std::end(styles) ? other_style : it->gnuplot;
}

std::string file_stem(const scenario &s) {
    std::string stem = name_of(s);
    std::replace(stem.begin(), stem.end(), '/', '-');
    std::erase(stem, ':');
    return stem;
}

std::vector<const map_entry *> measured_maps(const options &o, const results &r,
                                             const scenario &s) {
    std::vector<const map_entry *> maps;
    for (const auto &map : o.maps)
        if (std::any_of(o.threads.begin(), o.threads.end(),
                        [&](unsigned threads) { return r.of(s, threads, map.name).has_value(); }))
            maps.push_back(&map);
    return maps;
}

// One block a map, as gnuplot's `index` wants them: threads, then median, min and max in Mops/s.
void write_data(const options &o, const results &r, const scenario &s,
                const std::vector<const map_entry *> &maps, const std::filesystem::path &file) {
    std::ofstream out(file);
    out << "# " << name_of(s) << "\n# threads, median, min and max of the rounds in Mops/s\n";
    for (const auto *map : maps) {
        out << "\n\n# " << map->name << '\n';
        for (const auto threads : o.threads)
            if (const auto sum = r.of(s, threads, map->name))
                out << threads << ' ' << sum->median / 1e6 << ' ' << sum->min / 1e6 << ' '
                    << sum->max / 1e6 << '\n';
    }
}

void write_preamble(std::ostream &script, const options &o) {
    script << "# SPDX-License-Identifier: BSL-1.0\n"
              "# Draws the curves again: gnuplot curves.gp, in this folder.\n"
              "set term svg size 960,540 mousing standalone font 'sans-serif,14' "
              "background rgb 'white'\n"
              "set title font ',13'\n"
              "set key outside right top vertical\n"
              "set logscale x 2\n"
              "set xlabel 'threads'\n"
              "set ylabel 'million operations a second'\n"
              "set yrange [0:*]\n"
              "set grid y lc rgb '#dddddd'\n"
              "set border 3\n"
              "set tics nomirror\n"
              "set xtics (";
    for (std::size_t i = 0; i < o.threads.size(); ++i)
        script << (i == 0 ? "" : ", ") << o.threads[i];
    script << ")\nset xrange [" << o.threads.front() / 1.15 << ':' << o.threads.back() * 1.15
           << "]\n";
}

void write_plot(std::ostream &script, const options &o, const scenario &s,
                const std::vector<const map_entry *> &maps) {
    // Double quotes: gnuplot reads \n in them only.
    script << "\nset output '" << file_stem(s) << ".svg'\nset title \"" << name_of(s.what) << ": "
           << describe(s.what) << "\\n"
           << name_of(s.keys) << " keys, N = " << s.n;
    if (s.what != workload::growth)
        script << ", " << name_of(s.choice);
    script << "; median, least and most of " << o.rounds << " rounds\" noenhanced\nplot ";
    for (std::size_t i = 0; i < maps.size(); ++i)
        script << (i == 0 ? "" : ", \\\n     ") << '\'' << file_stem(s) << ".dat' index " << i
               << " with yerrorlines " << style_of(maps[i]->name) << " title '" << maps[i]->name
               << "' noenhanced";
    script << "\nset output\n";
}

bool run_gnuplot(const std::filesystem::path &folder) {
    // Within gnuplot's quotes a quote is doubled.
    std::string quoted;
    for (const char c : folder.string())
        quoted += c == '\'' ? std::string("''") : std::string(1, c);
    std::string program = "gnuplot";
    std::string option = "-e";
    std::string command = "cd '" + quoted + "'; load 'curves.gp'";
    char *arguments[] = {program.data(), option.data(), command.data(), nullptr};
    pid_t child = 0;
    if (posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
        return false;
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

drawn_curves draw_curves(const options &o, const results &r, const std::filesystem::path &folder) {
    std::filesystem::create_directories(folder);
    std::size_t count = 0;
    {
        std::ofstream script(folder / "curves.gp");
        write_preamble(script, o);
        for (const auto &s : r.scenarios()) {
            const auto maps = measured_maps(o, r, s);
            if (maps.empty())
                continue;
            write_data(o, r, s, maps, folder / (file_stem(s) + ".dat"));
            write_plot(script, o, s, maps);
            ++count;
        }
    }
    return {count, count == 0 || run_gnuplot(folder)};
}

} // namespace ferry::bench
