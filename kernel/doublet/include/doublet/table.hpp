// doublet::table: what a C++ loop selects or computes, row by row, for Python to plot: an Awkward array, a data frame.
//
//     doublet::table pairs;
//     for (...) pairs.row("mass", mass, "charges", std::vector{q1, q2}, "trigger", "mu24");
//
// The first row says which columns there are and of which types: numbers, text, lists of these, std::optional of these, and
// records of an array of Python's. Python reads the columns in place (see engine/tables.py).
#ifndef DOUBLET_TABLE_HPP
#define DOUBLET_TABLE_HPP

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "doublet/growing.hpp"

namespace doublet {

class table {
public:
    // Adds a row, of names and values in turn. Throws std::invalid_argument if its columns are not those of the rows before.
    template <class... Values>
    table& row(const char* name, Values&&... rest) {
        static_assert(sizeof...(Values) % 2 == 1, "a row has a value behind each name: row(\"pt\", pt, \"eta\", eta)");
        if (columns_.empty()) define(name, rest...);
        if (columns_.size() != (sizeof...(Values) + 1) / 2)
            throw std::invalid_argument("the table has " + std::to_string(columns_.size()) + " columns, and a row of " +
                                        std::to_string((sizeof...(Values) + 1) / 2) + " was given");
        check(0, name, rest...);
        const std::size_t before = size();
        try {
            push(0, name, rest...);
        } catch (...) {
            for (auto& each : columns_) each.second->cut(before);
            throw;
        }
        return *this;
    }

    // A column to be filled by itself with push_back, made if there is none. Throws std::invalid_argument if it is of another type.
    template <class T>
    growing::column<T>& column(std::string_view name) {
        for (auto& each : columns_)
            if (each.first == name) return checked<T>(each);
        columns_.emplace_back(name, std::make_unique<growing::column<T>>());
        return static_cast<growing::column<T>&>(*columns_.back().second);
    }

    // How many rows there are. Throws std::length_error if the columns have different lengths.
    std::size_t size() const {
        if (columns_.empty()) return 0;
        const auto& first = columns_.front();
        for (const auto& each : columns_)
            if (each.second->size() != first.second->size())
                throw std::length_error("column '" + first.first + "' has " + std::to_string(first.second->size()) +
                                        " elements, and column '" + each.first + "' has " + std::to_string(each.second->size()));
        return first.second->size();
    }
    bool empty() const { return size() == 0; }
    void clear() { columns_.clear(); }

    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& each : columns_) found.push_back(each.first);
        return found;
    }

    // What Python makes an array of: the form in Awkward's JSON, and the memory.
    std::string form(std::size_t at) const { return columns_.at(at).second->form("n"); }
    std::vector<growing::part> shared(std::size_t at) const {
        std::vector<growing::part> parts;
        columns_.at(at).second->share("n", parts);
        return parts;
    }

    std::string text(std::size_t column, std::size_t row) const {
        detail::Text text;
        columns_[column].second->write(text, row);
        return text.out;
    }
    std::string type_name(std::size_t column) const { return columns_[column].second->type_name(); }

private:
    using Column = std::pair<std::string, std::unique_ptr<growing::any_column>>;

    template <class T>
    growing::column<T>& checked(Column& column) {
        if (typeid(*column.second) != typeid(growing::column<T>))
            throw std::invalid_argument("column '" + column.first + "' holds " + column.second->type_name() + ", and " +
                                        growing::column<T>().type_name() + " was given: convert it");
        return static_cast<growing::column<T>&>(*column.second);
    }

    void define() {}
    template <class T, class... Rest>
    void define(const char* name, const T&, const Rest&... rest) {
        for (const auto& each : columns_)
            if (each.first == name) {
                columns_.clear();
                throw std::invalid_argument("column '" + std::string(name) + "' is given twice");
            }
        columns_.emplace_back(name, std::make_unique<growing::column<std::decay_t<T>>>());
        define(rest...);
    }

    void check(std::size_t) {}
    template <class T, class... Rest>
    void check(std::size_t at, const char* name, const T&, const Rest&... rest) {
        Column& column = columns_[at];
        if (column.first != name)
            throw std::invalid_argument("column " + std::to_string(at) + " is '" + column.first + "', and '" + name + "' was given");
        checked<std::decay_t<T>>(column);
        check(at + 1, rest...);
    }

    void push(std::size_t) {}
    template <class T, class... Rest>
    void push(std::size_t at, const char*, const T& value, const Rest&... rest) {
        static_cast<growing::column<std::decay_t<T>>&>(*columns_[at].second).push_back(value);
        push(at + 1, rest...);
    }

    std::vector<Column> columns_;
};

namespace detail {

inline std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
    return out;
}

inline constexpr std::size_t shown_rows = 10;

}  // namespace detail

// The first rows, as a table in HTML and in text.
inline std::map<std::string, std::string> mime_bundle_repr(const table& value) {
    const auto names = value.names();
    const std::size_t rows = value.size(), shown = std::min(rows, detail::shown_rows);
    const std::string size = std::to_string(rows) + " rows, " + std::to_string(names.size()) + " columns";
    std::string html = "<table><thead><tr>", text = "doublet::table of " + size;
    for (std::size_t c = 0; c < names.size(); ++c)
        html += "<th>" + detail::escaped(names[c]) + "<br><small>" + detail::escaped(value.type_name(c)) + "</small></th>";
    html += "</tr></thead><tbody>";
    for (std::size_t r = 0; r < shown; ++r) {
        html += "<tr>";
        text += "\n{";
        for (std::size_t c = 0; c < names.size(); ++c) {
            const std::string cell = value.text(c, r);
            html += "<td>" + detail::escaped(cell) + "</td>";
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

#endif
