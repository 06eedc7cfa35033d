// What of doublet::table does not depend on what is in it, and the columns of everyday types: compiled once, not in cells.
#include "doublet/table.hpp"

#include <algorithm>
#include <stdexcept>

namespace doublet {

namespace growing {

std::size_t text_column::size() const { return ends_.size(); }

#define DOUBLET_COMPILED_COLUMN(...) template class __VA_ARGS__;
DOUBLET_COLUMNS(DOUBLET_COMPILED_COLUMN)

}  // namespace growing

namespace {

constexpr std::size_t shown_rows = 10;

std::string counted(std::size_t count, const std::string& what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
    return out;
}

}  // namespace

std::size_t table::size() const {
    if (columns_.empty()) return 0;
    const auto& [first, column] = columns_.front();
    const std::size_t size = column->size();
    for (const auto& [name, other] : columns_)
        if (other->size() != size)
            throw std::length_error("column '" + first + "' has " + counted(size, "element") + ", and column '" + name + "' has " +
                                    std::to_string(other->size()));
    return size;
}

std::vector<std::string> table::names() const {
    std::vector<std::string> found;
    for (const auto& column : columns_) found.push_back(column.first);
    return found;
}

std::string table::form(std::size_t at) const { return columns_.at(at).second->form("n"); }

std::vector<growing::part> table::shared(std::size_t at) const {
    std::vector<growing::part> parts;
    columns_.at(at).second->share("n", parts);
    return parts;
}

std::string table::text(std::size_t column, std::size_t row) const {
    detail::Text text;
    columns_.at(column).second->write(text, row);
    return text.out;
}

void table::refuse(const Column& column, const std::string& type) {
    throw std::invalid_argument("column '" + column.first + "' holds " + column.second->type_name() + ", and " + type + " was given: convert it");
}

void table::refuse(const Column& column, std::size_t at, const char* name) {
    throw std::invalid_argument("column " + std::to_string(at) + " is '" + column.first + "', and '" + name + "' was given");
}

void table::refuse(std::size_t count) const {
    throw std::invalid_argument("the table has " + counted(columns_.size(), "column") + ", and a row of " + std::to_string(count) + " was given");
}

void table::check_new(const char* name) {
    for (const auto& column : columns_)
        if (column.first == name) {
            columns_.clear();
            throw std::invalid_argument("column '" + std::string(name) + "' is given twice");
        }
}

std::map<std::string, std::string> mime_bundle_repr(const table& value) {
    const auto names = value.names();
    const std::size_t rows = value.size(), shown = std::min(rows, shown_rows);
    const std::string size = counted(rows, "row") + ", " + counted(names.size(), "column");
    std::string html = "<table><thead><tr>", text = "doublet::table of " + size;
    for (std::size_t c = 0; c < names.size(); ++c)
        html += "<th>" + escaped(names[c]) + "<br><small>" + escaped(value.type_name(c)) + "</small></th>";
    html += "</tr></thead><tbody>";
    for (std::size_t r = 0; r < shown; ++r) {
        html += "<tr>";
        text += "\n{";
        for (std::size_t c = 0; c < names.size(); ++c) {
            const std::string cell = value.text(c, r);
            html += "<td>" + escaped(cell) + "</td>";
            text += (c ? ", " : "") + names[c] + ": " + cell;
        }
        html += "</tr>";
        text += "}";
    }
    html += "</tbody></table><p>" + size + (shown < rows ? ", the first " + std::to_string(shown) + " shown" : "") + "</p>";
    if (shown < rows) text += "\n...";
    return {{"text/html", html}, {"text/plain", text}};
}

}  // namespace doublet
