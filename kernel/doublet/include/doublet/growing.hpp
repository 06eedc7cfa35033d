// Columns that C++ fills and Python reads in place, for doublet::table.
#ifndef DOUBLET_GROWING_HPP
#define DOUBLET_GROWING_HPP

#include <algorithm>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "doublet/columns.hpp"
#include "doublet/describe.hpp"

namespace doublet::growing {

// Memory as Python gets it: it stays there, and stays what it is, for as long as anybody holds its owner.
struct part {
    std::string key;
    std::uintptr_t address;
    std::size_t bytes;
    std::shared_ptr<const void> owner;
};

// Elements one after the other. What has been written is never written again nor freed while somebody has it: growing moves
// on to other memory.
template <class T>
class buffer {
public:
    void push_back(const T& value) {
        reserve(size_ + 1);
        data_.get()[size_++] = value;
    }
    void append(const T* values, std::size_t count) {
        reserve(size_ + count);
        std::copy_n(values, count, data_.get() + size_);
        size_ += count;
    }
    void cut(std::size_t size) { size_ = size; }
    std::size_t size() const { return size_; }
    const T* data() const { return data_.get(); }
    const T& operator[](std::size_t at) const { return data_.get()[at]; }
    part shared(std::string key) const { return {std::move(key), reinterpret_cast<std::uintptr_t>(data_.get()), size_ * sizeof(T), data_}; }

private:
    void reserve(std::size_t size) {
        if (size <= capacity_) return;
        const std::size_t capacity = std::max<std::size_t>({size, 2 * capacity_, 64});
        std::shared_ptr<T> data(static_cast<T*>(::operator new(capacity * sizeof(T))), [](T* old) { ::operator delete(old); });
        if (size_ > 0) std::copy_n(data_.get(), size_, data.get());
        data_ = std::move(data);
        capacity_ = capacity;
    }

    std::shared_ptr<T> data_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

template <class Duration>
std::string unit_of() {
    static_assert(sizeof(Duration) == 8 && std::is_integral_v<typename Duration::rep>, "times in a table are whole numbers of 64 bits");
    const std::string unit = detail::unit<typename Duration::period>();
    return unit == "min" ? "m" : unit == "d" ? "D" : unit;
}

// The names by which Awkward knows numbers.
template <class T>
std::string primitive() {
    if constexpr (std::is_enum_v<T>) return primitive<std::underlying_type_t<T>>();
    else if constexpr (detail::is_time<T>::value) return "datetime64[" + unit_of<typename T::duration>() + "]";
    else if constexpr (detail::is_a<T, std::chrono::duration>) return "timedelta64[" + unit_of<T>() + "]";
    else if constexpr (std::is_same_v<T, bool>) return "bool";
    else if constexpr (std::is_floating_point_v<T>) return "float" + std::to_string(8 * sizeof(T));
    else if constexpr (detail::is_a<T, std::complex>) return "complex" + std::to_string(8 * sizeof(T));
    else return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(8 * sizeof(T));
}

// What a column of any kind can do. `key` begins the names of its buffers.
class any_column {
public:
    virtual ~any_column() = default;
    virtual std::size_t size() const = 0;
    virtual std::string type_name() const = 0;
    virtual void cut(std::size_t size) = 0;
    virtual std::string form(const std::string& key) const = 0;
    virtual void share(const std::string& key, std::vector<part>& parts) const = 0;
    virtual void write(detail::Text& text, std::size_t at) const = 0;
};

// The kind of column that a type of elements goes into.
template <class T, class = void>
struct kind_of;
template <class T>
using column = typename kind_of<std::remove_cv_t<T>>::type;

inline std::string with_key(const std::string& key) { return ", \"form_key\": \"" + key + "\"}"; }

// Numbers, booleans and enumerators.
template <class T>
class number_column : public any_column {
public:
    void push_back(T value) { values_.push_back(value); }
    T operator[](std::size_t at) const { return values_[at]; }
    std::size_t size() const override { return values_.size(); }
    std::string type_name() const override { return primitive<T>(); }
    void cut(std::size_t size) override { values_.cut(size); }
    std::string form(const std::string& key) const override {
        return "{\"class\": \"NumpyArray\", \"primitive\": \"" + primitive<T>() + "\"" + with_key(key);
    }
    void share(const std::string& key, std::vector<part>& parts) const override { parts.push_back(values_.shared(key + "-data")); }
    void write(detail::Text& text, std::size_t at) const override { detail::write<void>(text, values_[at]); }

private:
    buffer<T> values_;
};

// The ends of lists or texts that follow each other.
class ends {
public:
    ends() { at_.push_back(0); }
    void push_back(std::size_t end) { at_.push_back(static_cast<std::int64_t>(end)); }
    std::size_t size() const { return at_.size() - 1; }
    std::size_t begin(std::size_t list) const { return static_cast<std::size_t>(at_[list]); }
    std::size_t end(std::size_t list) const { return static_cast<std::size_t>(at_[list + 1]); }
    std::size_t cut(std::size_t size) { return at_.cut(size + 1), static_cast<std::size_t>(at_[size]); }
    part shared(const std::string& key) const { return at_.shared(key + "-offsets"); }

private:
    buffer<std::int64_t> at_;
};

class text_column : public any_column {
public:
    void push_back(std::string_view text) {
        characters_.append(text.data(), text.size());
        ends_.push_back(characters_.size());
    }
    std::string_view operator[](std::size_t at) const { return {characters_.data() + ends_.begin(at), ends_.end(at) - ends_.begin(at)}; }
    std::size_t size() const override;
    std::string type_name() const override { return "string"; }
    void cut(std::size_t size) override { characters_.cut(ends_.cut(size)); }
    std::string form(const std::string& key) const override {
        return "{\"class\": \"ListOffsetArray\", \"offsets\": \"i64\", \"parameters\": {\"__array__\": \"string\"}, \"content\": "
               "{\"class\": \"NumpyArray\", \"primitive\": \"uint8\", \"parameters\": {\"__array__\": \"char\"}" +
               with_key(key + "c") + with_key(key);
    }
    void share(const std::string& key, std::vector<part>& parts) const override {
        parts.push_back(ends_.shared(key));
        parts.push_back(characters_.shared(key + "c-data"));
    }
    void write(detail::Text& text, std::size_t at) const override { detail::add_quoted(text, (*this)[at]); }

private:
    ends ends_;
    buffer<char> characters_;
};

// Lists of any length, of what goes into a column itself.
template <class T>
class list_column : public any_column {
public:
    template <class Range>
    void push_back(const Range& values) {
        for (const auto& value : values) content_.push_back(value);
        ends_.push_back(content_.size());
    }
    std::size_t size() const override { return ends_.size(); }
    std::string type_name() const override { return "list of " + content_.type_name(); }
    void cut(std::size_t size) override { content_.cut(ends_.cut(size)); }
    std::string form(const std::string& key) const override {
        return "{\"class\": \"ListOffsetArray\", \"offsets\": \"i64\", \"content\": " + content_.form(key + "c") + with_key(key);
    }
    void share(const std::string& key, std::vector<part>& parts) const override {
        parts.push_back(ends_.shared(key));
        content_.share(key + "c", parts);
    }
    void write(detail::Text& text, std::size_t at) const override {
        constexpr std::size_t most = 5;
        text.add("{");
        for (std::size_t i = ends_.begin(at); i < ends_.end(at); ++i) {
            if (i > ends_.begin(at)) text.add(", ");
            if (i == ends_.begin(at) + most) {
                text.add("... (" + std::to_string(ends_.end(at) - ends_.begin(at)) + " elements)");
                break;
            }
            content_.write(text, i);
        }
        text.add("}");
    }

private:
    ends ends_;
    column<T> content_;
};

// What may be missing: where an element is in the column of those that are there, or -1.
template <class T>
class option_column : public any_column {
public:
    void push_back(const std::optional<T>& value) {
        if (value) content_.push_back(*value);
        where_.push_back(value ? static_cast<std::int64_t>(content_.size()) - 1 : -1);
    }
    std::size_t size() const override { return where_.size(); }
    std::string type_name() const override { return content_.type_name() + ", or none"; }
    void cut(std::size_t size) override {
        std::int64_t last = -1;
        for (std::size_t at = size; at > 0 && last < 0; --at) last = where_[at - 1];
        content_.cut(static_cast<std::size_t>(last + 1));
        where_.cut(size);
    }
    std::string form(const std::string& key) const override {
        return "{\"class\": \"IndexedOptionArray\", \"index\": \"i64\", \"content\": " + content_.form(key + "c") + with_key(key);
    }
    void share(const std::string& key, std::vector<part>& parts) const override {
        parts.push_back(where_.shared(key + "-index"));
        content_.share(key + "c", parts);
    }
    void write(detail::Text& text, std::size_t at) const override {
        if (where_[at] < 0) text.add("none");
        else content_.write(text, static_cast<std::size_t>(where_[at]));
    }

private:
    buffer<std::int64_t> where_;
    column<T> content_;
};

template <class T>
inline constexpr bool is_time = detail::is_time<T>::value || detail::is_a<T, std::chrono::duration>;
template <class T>
inline constexpr bool is_number = std::is_arithmetic_v<T> || std::is_enum_v<T> || detail::is_a<T, std::complex> || is_time<T>;
template <class T>
inline constexpr bool is_text = std::is_convertible_v<const T&, std::string_view>;

// std::vector<bool> has no elements that one could refer to.
template <class Range>
using element = typename std::iterator_traits<decltype(std::begin(std::declval<const Range&>()))>::value_type;

template <class T>
struct kind_of<T, std::enable_if_t<is_number<T>>> {
    using type = number_column<T>;
};
template <class T>
struct kind_of<T, std::enable_if_t<is_text<T>>> {
    using type = text_column;
};
template <class T>
struct kind_of<T, std::enable_if_t<!is_text<T> && detail::is_range<T>::value>> {
    using type = list_column<element<T>>;
};
template <class T>
struct kind_of<std::optional<T>> {
    using type = option_column<T>;
};

// Those that runtime/table.cpp has compiled already.
#define DOUBLET_COLUMNS(DECLARE) \
    DECLARE(number_column<bool>) DECLARE(list_column<bool>) \
    DECLARE(number_column<int>) DECLARE(list_column<int>) \
    DECLARE(number_column<unsigned>) DECLARE(list_column<unsigned>) \
    DECLARE(number_column<long>) DECLARE(list_column<long>) \
    DECLARE(number_column<unsigned long>) DECLARE(list_column<unsigned long>) \
    DECLARE(number_column<float>) DECLARE(list_column<float>) \
    DECLARE(number_column<double>) DECLARE(list_column<double>) \
    DECLARE(list_column<std::string>)
#define DOUBLET_COMPILED_COLUMN(...) extern template class __VA_ARGS__;
DOUBLET_COLUMNS(DOUBLET_COMPILED_COLUMN)
#undef DOUBLET_COMPILED_COLUMN

// The fields of a record, such as one of an Awkward array; the header that engine/converting.py writes says those of other classes.
template <class T>
struct fields_of {
    template <class Visit>
    static void describe(Visit visit) { T::doublet_describe(visit); }
    template <class Visit>
    static void visit(const T& value, Visit visit) { value.doublet_visit(visit); }
};

// A field as it goes into a column: an array of characters is the text in it.
template <class T>
const T& field(const T& value) { return value; }
template <std::size_t Size>
std::string_view field(const char (&text)[Size]) { return {text, static_cast<std::size_t>(std::find(text, text + Size, '\0') - text)}; }
template <class Field>
using plain = std::remove_cv_t<std::remove_reference_t<Field>>;

template <class T>
class record_column : public any_column {
public:
    record_column() {
        fields_of<T>::describe([this](std::string_view name, auto* none) {
            names_.emplace_back(name);
            columns_.push_back(std::make_unique<column<std::remove_pointer_t<decltype(none)>>>());
        });
    }
    void push_back(const T& value) {
        std::size_t at = 0;
        fields_of<T>::visit(value, [&](std::string_view, const auto& part) {
            static_cast<column<plain<decltype(part)>>&>(*columns_[at++]).push_back(part);
        });
        ++size_;
    }
    std::size_t size() const override { return size_; }
    std::string type_name() const override { return detail::short_name(typeid(T)); }
    void cut(std::size_t size) override {
        for (auto& part : columns_) part->cut(size);
        size_ = size;
    }
    std::string form(const std::string& key) const override {
        std::string fields, contents;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            fields += (i ? ", \"" : "\"") + names_[i] + "\"";
            contents += (i ? ", " : "") + columns_[i]->form(key + "f" + std::to_string(i));
        }
        return "{\"class\": \"RecordArray\", \"fields\": [" + fields + "], \"contents\": [" + contents + "]" + with_key(key);
    }
    void share(const std::string& key, std::vector<part>& parts) const override {
        for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i]->share(key + "f" + std::to_string(i), parts);
    }
    void write(detail::Text& text, std::size_t at) const override {
        text.add(type_name() + "(");
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            text.add((i ? ", " : "") + names_[i] + "=");
            columns_[i]->write(text, at);
        }
        text.add(")");
    }

private:
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<any_column>> columns_;
    std::size_t size_ = 0;
};

template <class T>
struct kind_of<T, std::enable_if_t<std::is_base_of_v<record, T>>> {
    using type = record_column<T>;
};

}  // namespace doublet::growing

#endif
