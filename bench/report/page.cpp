// SPDX-License-Identifier: BSL-1.0
#include "report/page.hpp"

#include "report/page/text.hpp"

#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace ferry::bench {

namespace {

std::string read_results(const std::filesystem::path &file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream copy;
    copy << in.rdbuf();
    auto text = std::move(copy).str();
    if (!in)
        throw std::runtime_error("cannot read '" + file.string() +
                                 "', from which report.html is made");
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        throw std::runtime_error("'" + file.string() +
                                 "' is empty: measure again to get a report.html");
    return text;
}

void write_text(std::ostream &out, std::span<const std::string_view> pieces) {
    for (const auto piece : pieces)
        out << piece;
}

// In JSON '<' stands in strings only; written as below it means the same there and cannot end the
// script it is in.
void write_json(std::ostream &out, std::string_view json) {
    for (auto at = json.find('<'); at != json.npos; at = json.find('<')) {
        out << json.substr(0, at) << "\\u003c";
        json.remove_prefix(at + 1);
    }
    out << json;
}

void write_remark(std::ostream &out, std::string_view remark) {
    out << "<li>";
    for (const char c : remark) {
        if (c == '<')
            out << "&lt;";
        else if (c == '&')
            out << "&amp;";
        else
            out << c;
    }
    out << "</li>";
}

} // namespace

void write_page(const std::filesystem::path &results_json, const std::vector<std::string> &remarks,
                const std::filesystem::path &report_html) {
    const auto results = read_results(results_json);
    std::ofstream out(report_html, std::ios::binary);
    write_text(out, page_until_remarks);
    for (const auto &remark : remarks)
        write_remark(out, remark);
    write_text(out, page_until_results);
    write_json(out, results);
    write_text(out, page_rest);
    out.close();
    if (!out)
        throw std::runtime_error("cannot write '" + report_html.string() +
                                 "': is its folder there, and room on the disk?");
}

} // namespace ferry::bench
