// What Python gets of a Boost.Histogram object of a cell's own: a copy, for Python's histograms have memory of their own.
//
// Boost's headers are not needed for this to be read: of its axes only the names are, and the rest is told by what it does.
#ifndef DOUBLET_HISTOGRAM_BOOST_HPP
#define DOUBLET_HISTOGRAM_BOOST_HPP

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "axis.hpp"
#include "json.hpp"
#include "storage.hpp"

namespace boost::histogram::axis {

namespace transform {
struct id;
struct log;
struct sqrt;
struct pow;
}  // namespace transform
template <class, class, class, class>
class regular;
template <class, class, class>
class integer;
template <class, class, class, class>
class variable;
template <class, class, class, class>
class category;
template <class>
class boolean;

}  // namespace boost::histogram::axis

namespace doublet::detail {

template <class Axis>
std::string label_of(const Axis& axis) {
    if constexpr (std::is_convertible_v<decltype(axis.metadata()), std::string_view>) return std::string(std::string_view(axis.metadata()));
    else return {};
}

template <class Axis>
std::string boost_axis(const char* kind, const Axis& axis, const std::string& fields) {
    return "{\"kind\": \"" + std::string(kind) + "\", \"options\": " + std::to_string(axis.options()) + ", \"label\": " + value_json(label_of(axis)) +
           ", \"name\": \"\"" + fields + "}";
}

// Edges tell of any bins, also of those that hist has no transform for.
template <class Axis>
std::string of_edges(const Axis& axis) {
    std::vector<double> edges;
    for (int number = 0; number <= axis.size(); ++number) edges.push_back(static_cast<double>(axis.value(number)));
    return boost_axis("variable", axis, axis::detail::field("edges", edges));
}

template <class Axis>
std::string of_range(const Axis& axis, const std::string& transform) {
    using axis::detail::field;
    return boost_axis("regular", axis, ", \"transform\": " + transform + field("bins", axis.size()) + field("start", static_cast<double>(axis.value(0))) +
                                           field("stop", static_cast<double>(axis.value(axis.size()))));
}

template <class Value, class Transform, class Label, class Options>
std::string boost_json(const boost::histogram::axis::regular<Value, Transform, Label, Options>& axis) {
    using Plain = std::decay_t<decltype(axis.transform())>;
    if constexpr (std::is_same_v<Plain, boost::histogram::axis::transform::id>) return of_range(axis, "null");
    else if constexpr (std::is_same_v<Plain, boost::histogram::axis::transform::log>) return of_range(axis, "\"log\"");
    else if constexpr (std::is_same_v<Plain, boost::histogram::axis::transform::sqrt>) return of_range(axis, "\"sqrt\"");
    else if constexpr (std::is_same_v<Plain, boost::histogram::axis::transform::pow>) return of_range(axis, json_number(axis.transform().power));
    else return of_edges(axis);
}
template <class Value, class Label, class Options, class Allocator>
std::string boost_json(const boost::histogram::axis::variable<Value, Label, Options, Allocator>& axis) {
    return of_edges(axis);
}
template <class Value, class Label, class Options>
std::string boost_json(const boost::histogram::axis::integer<Value, Label, Options>& axis) {
    using axis::detail::field;
    if constexpr (std::is_floating_point_v<Value>) return of_range(axis, "null");
    else return boost_axis("integer", axis, field("start", axis.value(0)) + field("stop", axis.value(0) + axis.size()));
}
template <class Value, class Label, class Options, class Allocator>
std::string boost_json(const boost::histogram::axis::category<Value, Label, Options, Allocator>& axis) {
    constexpr bool is_text = std::is_convertible_v<const Value&, std::string_view>;
    static_assert(is_text || std::is_integral_v<Value>, "Python's histograms have categories of integers and of texts only");
    std::vector<std::conditional_t<is_text, std::string, Value>> values;
    for (int number = 0; number < axis.size(); ++number) values.emplace_back(axis.value(number));
    return boost_axis(is_text ? "str_category" : "int_category", axis, axis::detail::field("values", values));
}
template <class Label>
std::string boost_json(const boost::histogram::axis::boolean<Label>& axis) {
    return boost_axis("boolean", axis, "");
}

template <class T, class = void>
inline constexpr bool has_variance = false;
template <class T>
inline constexpr bool has_variance<T, std::void_t<decltype(std::declval<const T&>().variance())>> = true;
template <class T, class = void>
inline constexpr bool has_count = false;
template <class T>
inline constexpr bool has_count<T, std::void_t<decltype(std::declval<const T&>().count())>> = true;
template <class T, class = void>
inline constexpr bool has_weights = false;
template <class T>
inline constexpr bool has_weights<T, std::void_t<decltype(std::declval<const T&>().sum_of_weights())>> = true;

// The storage for what a histogram of Boost's keeps for each bin.
template <class T>
struct storage_for {
    using type = std::conditional_t<std::is_floating_point_v<T>, storage::double_, storage::int64>;
    static typename type::cell cell(const T& from) { return static_cast<typename type::cell>(from); }
};
template <class T>
struct storage_of_accumulator {
    static constexpr bool is_known = has_variance<T>;
    static_assert(is_known, "Python has no storage for what this histogram keeps for each bin");
    using type = std::conditional_t<has_weights<T>, storage::weighted_mean, std::conditional_t<has_count<T>, storage::mean, storage::weighted>>;
    static typename type::cell cell(const T& from) {
        const double value = static_cast<double>(from.value()), variance = static_cast<double>(from.variance());
        const auto squares = [&](double of) { return of > 0 ? variance * of : 0; };
        if constexpr (has_weights<T>) {
            const double all = from.sum_of_weights(), squared = from.sum_of_weights_squared();
            return {all, squared, value, squares(all - squared / all)};
        } else if constexpr (has_count<T>) {
            return {static_cast<double>(from.count()), value, squares(from.count() - 1)};
        } else {
            return {value, variance};
        }
    }
};

struct copied {
    std::string json;
    std::vector<std::uint8_t> cells;
};

template <class Histogram>
copied boost_copied(const Histogram& histogram) {
    using Value = typename Histogram::value_type;
    using Found = std::conditional_t<std::is_convertible_v<const Value&, double> && !has_variance<Value>,
                                     storage_for<std::conditional_t<std::is_arithmetic_v<Value>, Value, std::int64_t>>, storage_of_accumulator<Value>>;
    using Storage = typename Found::type;
    copied all;
    std::string axes;
    histogram.for_each_axis([&](const auto& axis) { axes = listed(axes, boost_json(axis)); });
    all.json = "{\"storage\": " + value_json(std::string(Storage::name)) + ", \"axes\": [" + axes + "]}";
    all.cells.reserve(histogram.size() * sizeof(typename Storage::cell));
    for (const auto& cell : histogram) {
        const typename Storage::cell made = Found::cell(cell);
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&made);
        all.cells.insert(all.cells.end(), bytes, bytes + sizeof made);
    }
    return all;
}

}  // namespace doublet::detail

#endif
