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
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
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
        if (columns_.size() != (sizeof...(Values) + 1) / 2) refuse((sizeof...(Values) + 1) / 2);
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
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    void clear() { columns_.clear(); }
    std::vector<std::string> names() const;

    // What Python makes an array of: the form in Awkward's JSON, and the memory.
    std::string form(std::size_t at) const;
    std::vector<growing::part> shared(std::size_t at) const;

    std::string text(std::size_t column, std::size_t row) const;
    std::string type_name(std::size_t column) const { return columns_[column].second->type_name(); }

private:
    using Column = std::pair<std::string, std::unique_ptr<growing::any_column>>;

    template <class T>
    growing::column<T>& checked(Column& column) {
        if (typeid(*column.second) != typeid(growing::column<T>)) refuse(column, growing::column<T>().type_name());
        return static_cast<growing::column<T>&>(*column.second);
    }

    [[noreturn]] static void refuse(const Column& column, const std::string& type);
    [[noreturn]] static void refuse(const Column& column, std::size_t at, const char* name);
    [[noreturn]] void refuse(std::size_t count) const;
    void check_new(const char* name);

    void define() {}
    template <class T, class... Rest>
    void define(const char* name, const T&, const Rest&... rest) {
        check_new(name);
        columns_.emplace_back(name, std::make_unique<growing::column<std::decay_t<T>>>());
        define(rest...);
    }

    void check(std::size_t) {}
    template <class T, class... Rest>
    void check(std::size_t at, const char* name, const T&, const Rest&... rest) {
        Column& column = columns_[at];
        if (column.first != name) refuse(column, at, name);
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

// The first rows, as a table in HTML and in text.
std::map<std::string, std::string> mime_bundle_repr(const table& value);

}  // namespace doublet

#endif
