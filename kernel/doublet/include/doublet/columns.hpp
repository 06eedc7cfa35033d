// Tables and jagged arrays that Python owns, as C++ goes through them: Awkward arrays, Arrow tables, data frames.
//
// A column tells where the elements are, and makes one when it is asked for; it holds nothing but 64-bit words, addresses
// and sizes, so that Python can write it down (see bridge/columns.py). A list is a part of a column: what a cell sees.
// Numbers that lie one after the other are a std::span. Everything is read-only.
#ifndef DOUBLET_COLUMNS_HPP
#define DOUBLET_COLUMNS_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#if __cplusplus >= 202002L
#include <ranges>
#include <span>
#endif

namespace doublet {

using index_t = std::ptrdiff_t;

// Goes through the elements of a column, each of which is made when it is looked at.
template <class Column>
class column_iterator {
public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = typename Column::value_type;
    using difference_type = index_t;
    using pointer = void;
    using reference = value_type;

    constexpr column_iterator() = default;
    constexpr column_iterator(const Column* column, index_t at) : column_(column), at_(at) {}

    constexpr value_type operator*() const { return (*column_)[at_]; }
    constexpr value_type operator[](index_t n) const { return (*column_)[at_ + n]; }
    constexpr column_iterator& operator+=(index_t n) { return at_ += n, *this; }
    constexpr column_iterator& operator-=(index_t n) { return at_ -= n, *this; }
    constexpr column_iterator& operator++() { return ++at_, *this; }
    constexpr column_iterator& operator--() { return --at_, *this; }
    constexpr column_iterator operator++(int) { return {column_, at_++}; }
    constexpr column_iterator operator--(int) { return {column_, at_--}; }
    friend constexpr column_iterator operator+(column_iterator i, index_t n) { return i += n; }
    friend constexpr column_iterator operator+(index_t n, column_iterator i) { return i += n; }
    friend constexpr column_iterator operator-(column_iterator i, index_t n) { return i -= n; }
    friend constexpr index_t operator-(column_iterator a, column_iterator b) { return a.at_ - b.at_; }
    friend constexpr bool operator==(column_iterator a, column_iterator b) { return a.at_ == b.at_; }
    friend constexpr bool operator!=(column_iterator a, column_iterator b) { return a.at_ != b.at_; }
    friend constexpr bool operator<(column_iterator a, column_iterator b) { return a.at_ < b.at_; }
    friend constexpr bool operator>(column_iterator a, column_iterator b) { return a.at_ > b.at_; }
    friend constexpr bool operator<=(column_iterator a, column_iterator b) { return a.at_ <= b.at_; }
    friend constexpr bool operator>=(column_iterator a, column_iterator b) { return a.at_ >= b.at_; }

private:
    const Column* column_ = nullptr;
    index_t at_ = 0;
};

// The elements of a column from one place to another.
template <class Column>
class list {
public:
    using doublet_column = Column;
    using value_type = typename Column::value_type;
    using iterator = column_iterator<Column>;
    using const_iterator = iterator;
    using size_type = std::size_t;
    using difference_type = index_t;

    constexpr list() = default;
    constexpr list(const Column* column, index_t start, index_t stop) : column_(column), start_(start), stop_(stop) {}

    constexpr iterator begin() const { return {column_, start_}; }
    constexpr iterator end() const { return {column_, stop_}; }
    constexpr std::size_t size() const { return static_cast<std::size_t>(stop_ - start_); }
    constexpr bool empty() const { return start_ == stop_; }
    constexpr value_type operator[](index_t at) const { return (*column_)[start_ + at]; }
    constexpr value_type front() const { return (*this)[0]; }
    constexpr value_type back() const { return (*column_)[stop_ - 1]; }
    // Throws std::out_of_range.
    value_type at(index_t at) const {
        if (at < 0 || at >= stop_ - start_)
            throw std::out_of_range("index " + std::to_string(at) + " of a list of " + std::to_string(size()) + " elements");
        return (*this)[at];
    }

protected:
    const Column* column_ = nullptr;
    index_t start_ = 0;
    index_t stop_ = 0;
};

// What records derive from. They have a property for each field; doublet_visit(visit) calls visit(name, value) for each, and
// doublet_describe(visit) without an object calls visit(name, pointer to its type).
struct record {};

namespace columns {

template <class Column>
constexpr list<Column> part(const Column& column, index_t start, index_t stop) {
    return {&column, start, stop};
}

// Numbers, one after the other.
template <class T>
struct numbers {
    using value_type = T;
    const T* data;
    constexpr T operator[](index_t at) const { return data[at]; }
};

#if __cplusplus >= 202002L
template <class T>
constexpr std::span<const T> part(const numbers<T>& column, index_t start, index_t stop) {
    return {column.data + start, static_cast<std::size_t>(stop - start)};
}
#endif

// Numbers that are `step` numbers apart.
template <class T>
struct strided {
    using value_type = T;
    const T* data;
    index_t step;
    constexpr T operator[](index_t at) const { return data[at * step]; }
};

// Booleans, eight in a byte, the first in its lowest bit.
struct bits {
    using value_type = bool;
    const std::uint8_t* data;
    index_t offset;
    constexpr bool operator[](index_t at) const { return data[(at + offset) / 8] >> (at + offset) % 8 & 1; }
};

// Text in UTF-8, or bytes.
template <class Offset>
struct strings {
    using value_type = std::string_view;
    const Offset* starts;
    const Offset* stops;
    const char* data;
    constexpr std::string_view operator[](index_t at) const {
        return {data + starts[at], static_cast<std::size_t>(stops[at] - starts[at])};
    }
};

// Lists of any length.
template <class Offset, class Content>
struct lists {
    using value_type = decltype(part(std::declval<const Content&>(), 0, 0));
    const Offset* starts;
    const Offset* stops;
    Content content;
    constexpr value_type operator[](index_t at) const {
        return part(content, static_cast<index_t>(starts[at]), static_cast<index_t>(stops[at]));
    }
};

// Lists that all have the same length.
template <class Content>
struct regular {
    using value_type = decltype(part(std::declval<const Content&>(), 0, 0));
    index_t size;
    Content content;
    constexpr value_type operator[](index_t at) const { return part(content, at * size, (at + 1) * size); }
};

// Elements in another order.
template <class Index, class Content>
struct indexed {
    using value_type = typename Content::value_type;
    const Index* index;
    Content content;
    constexpr value_type operator[](index_t at) const { return content[static_cast<index_t>(index[at])]; }
};

// Elements in another order, with a negative index where there is none.
template <class Index, class Content>
struct indexed_options {
    using value_type = std::optional<typename Content::value_type>;
    const Index* index;
    Content content;
    constexpr value_type operator[](index_t at) const {
        if (index[at] < 0) return std::nullopt;
        return content[static_cast<index_t>(index[at])];
    }
};

// Elements that are there where a byte says so.
template <bool ValidWhen, class Content>
struct byte_options {
    using value_type = std::optional<typename Content::value_type>;
    const std::int8_t* mask;
    Content content;
    constexpr value_type operator[](index_t at) const {
        if ((mask[at] != 0) != ValidWhen) return std::nullopt;
        return content[at];
    }
};

// Elements that are there where a bit says so.
template <bool ValidWhen, bool LowestFirst, class Content>
struct bit_options {
    using value_type = std::optional<typename Content::value_type>;
    const std::uint8_t* mask;
    index_t offset;
    Content content;
    constexpr value_type operator[](index_t at) const {
        const index_t place = at + offset;
        const int shift = static_cast<int>(LowestFirst ? place % 8 : 7 - place % 8);
        if (static_cast<bool>(mask[place / 8] >> shift & 1) != ValidWhen) return std::nullopt;
        return content[at];
    }
};

// Elements that may be missing, and of which none is.
template <class Content>
struct all_there {
    using value_type = std::optional<typename Content::value_type>;
    Content content;
    constexpr value_type operator[](index_t at) const { return content[at]; }
};

// Elements of which none is there, so that nothing tells their type.
struct none {
    using value_type = std::optional<double>;
    const void* nowhere;
    constexpr value_type operator[](index_t) const { return std::nullopt; }
};

// The columns of a union.
template <class First, class... Rest>
struct several {
    First first;
    several<Rest...> rest;
};
template <class Last>
struct several<Last> {
    Last first;
};

// Elements of several types.
template <class Index, class... Contents>
struct unions {
    using value_type = std::variant<typename Contents::value_type...>;
    const std::int8_t* tags;
    const Index* index;
    several<Contents...> contents;
    constexpr value_type operator[](index_t at) const { return chosen<0>(contents, tags[at], static_cast<index_t>(index[at])); }

private:
    template <std::size_t I, class Columns>
    static constexpr value_type chosen(const Columns& columns, int tag, index_t at) {
        if constexpr (I + 1 < sizeof...(Contents))
            if (tag != I) return chosen<I + 1>(columns.rest, tag, at);
        return value_type(std::in_place_index<I>, columns.first[at]);
    }
};

}  // namespace columns

}  // namespace doublet

#if __cplusplus >= 202002L
// An iterator outlives the list that it is of, which is small enough to be copied.
template <class List>
    requires requires { typename List::doublet_column; }
inline constexpr bool std::ranges::enable_borrowed_range<List> = true;
template <class List>
    requires requires { typename List::doublet_column; }
inline constexpr bool std::ranges::enable_view<List> = true;
#endif

#endif
