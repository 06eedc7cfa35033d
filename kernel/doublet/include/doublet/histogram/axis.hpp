// The axes of a histogram. Their arithmetic is Boost.Histogram's (boost/histogram/axis/*.hpp), to the last bit, so that
// C++ and Python put every value, also NaN and one on an edge, into the same bin.
//
// `index(x)` is -1 for a value below the first bin and `size()` for one that is in none of the others: `filler` knows
// whether there is a bin for them. What would make an axis grow is told by `outgrown(x)`, and left to Python.
#ifndef DOUBLET_HISTOGRAM_AXIS_HPP
#define DOUBLET_HISTOGRAM_AXIS_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "description.hpp"
#include "doublet/bundle.hpp"
#include "numbers.hpp"
#include "option.hpp"
#include "transform.hpp"

namespace doublet::axis {

namespace detail {

using doublet::detail::description;
using doublet::detail::json_number;
using doublet::detail::json_text;
using doublet::detail::whole;

enum kind { reals, integers, texts };

// Whether an axis can be filled with a value of this type.
template <class Axis, class Value>
inline constexpr bool takes = Axis::filled_with == reals      ? std::is_arithmetic_v<Value>
                              : Axis::filled_with == integers ? std::is_integral_v<Value>
                                                              : std::is_convertible_v<const Value&, std::string_view>;

// What all axes have: options, and in what a cell makes a label and a name.
template <class Axis, unsigned Bits>
class base {
public:
    static constexpr unsigned options = Bits;
    static constexpr bool has_underflow = option::detail::has(Bits, 1);
    static constexpr bool has_overflow = option::detail::has(Bits, 2);
    static constexpr bool is_circular = option::detail::has(Bits, 4);
    static constexpr bool grows = option::detail::has(Bits, 8);

    // The name by which hist's methods know the axis, as in h.project("mass").
    Axis named(std::string name) const {
        Axis copy = static_cast<const Axis&>(*this);
        copy.name_ = std::move(name);
        return copy;
    }
    const std::string& label() const { return label_; }
    const std::string& name() const { return name_; }

protected:
    base() = default;
    explicit base(std::string label) : label_(std::move(label)) {}

    std::string json(const char* kind, const std::string& bins) const {
        return std::string("{\"kind\": \"") + kind + "\", \"options\": " + std::to_string(Bits) + ", \"label\": " + json_text(label_) +
               ", \"name\": " + json_text(name_) + ", " + bins + "}";
    }

private:
    std::string label_, name_;
};

}  // namespace detail

// Bins of equal width from `start` to `stop`, or of a width that a transform makes equal.
template <class Transform = transform::id, unsigned Bits = 3>
class regular : public detail::base<regular<Transform, Bits>, Bits> {
    using base = detail::base<regular, Bits>;
    static_assert(Bits <= 3 || Bits == 6 || Bits == 11, "an axis of real numbers has underflow, overflow, both or none, or it is circular, or it grows");
    static_assert(std::is_same_v<Transform, transform::id> || Bits == 3, "an axis with a transform has underflow, overflow and no other options");

public:
    regular() = default;
    template <unsigned Given = 3>
    regular(int bins, double start, double stop, std::string label = {}, option::bits<Given> = {})
        : regular(Transform(), bins, start, stop, std::move(label), option::bits<Given>()) {}
    template <unsigned Given = 3>
    regular(Transform transform, int bins, double start, double stop, std::string label = {}, option::bits<Given> = {})
        : base(std::move(label)), transform_(transform), size_(bins), min_(transform_.forward(start)), delta_(transform_.forward(stop) - min_),
          start_(start), stop_(stop) {}

    static constexpr auto filled_with = detail::reals;

    void read(detail::description& from) {
        transform_.read(from);
        size_ = static_cast<int>(from.integer());
        min_ = from.real();
        delta_ = from.real();
    }
    std::string json() const {
        return base::json("regular", "\"transform\": " + transform_.json() + ", \"bins\": " + std::to_string(size_) +
                                         ", \"start\": " + detail::json_number(start_) + ", \"stop\": " + detail::json_number(stop_));
    }
    int size() const { return size_; }

    int index(double x) const {
        double z = place(x);
        if constexpr (base::is_circular) {
            if (!std::isfinite(z)) return size_;
            z -= std::floor(z);
            return static_cast<int>(z * size_);
        } else {
            if (z < 1) return z >= 0 ? static_cast<int>(z * size_) : -1;
            if (!base::has_overflow && z == 1) return size_ - 1;
            return size_;
        }
    }
    bool outgrown(double x) const {
        const double z = place(x);
        return z < 1 ? z < 0 && !std::isinf(z) : z >= 1 && !std::isinf(z);
    }

private:
    double place(double x) const { return (transform_.forward(x) - min_) / delta_; }

    Transform transform_;
    int size_ = 0;
    double min_ = 0, delta_ = 1;
    double start_ = 0, stop_ = 0;  // as a cell gives them
};
template <unsigned Bits = 3>
regular(int, double, double, std::string = {}, option::bits<Bits> = {}) -> regular<transform::id, option::detail::completed(Bits)>;
template <class Transform, unsigned Bits = 3, class = std::enable_if_t<!std::is_arithmetic_v<Transform>>>
regular(Transform, int, double, double, std::string = {}, option::bits<Bits> = {}) -> regular<Transform, option::detail::completed(Bits)>;

// Bins between edges of any distances.
template <unsigned Bits = 3>
class variable : public detail::base<variable<Bits>, Bits> {
    using base = detail::base<variable, Bits>;
    static_assert(Bits <= 3 || Bits == 6 || Bits == 11, "an axis of real numbers has underflow, overflow, both or none, or it is circular, or it grows");

public:
    variable() = default;
    template <unsigned Given = 3>
    variable(std::initializer_list<double> edges, std::string label = {}, option::bits<Given> = {}) : base(std::move(label)), edges_(edges) {}
    template <class Edges, unsigned Given = 3, class = decltype(std::begin(std::declval<const Edges&>()))>
    variable(const Edges& edges, std::string label = {}, option::bits<Given> = {})
        : base(std::move(label)), edges_(std::begin(edges), std::end(edges)) {}

    static constexpr auto filled_with = detail::reals;

    void read(detail::description& from) {
        edges_.resize(static_cast<std::size_t>(from.integer()));
        for (double& edge : edges_) edge = from.real();
    }
    std::string json() const {
        std::string edges;
        for (const double edge : edges_) edges += (edges.empty() ? "" : ", ") + detail::json_number(edge);
        return base::json("variable", "\"edges\": [" + edges + "]");
    }
    int size() const { return static_cast<int>(edges_.size()) - 1; }

    int index(double x) const {
        if constexpr (base::is_circular) {
            const double first = edges_.front(), range = edges_.back() - first;
            x -= std::floor((x - first) / range) * range;
        }
        if (!base::has_overflow && x == edges_.back()) return size() - 1;
        return static_cast<int>(std::upper_bound(edges_.begin(), edges_.end(), x) - edges_.begin()) - 1;
    }
    bool outgrown(double x) const { return std::isfinite(x) && !(x >= edges_.front() && x < edges_.back()); }

private:
    std::vector<double> edges_;
};
template <unsigned Bits = 3>
variable(std::initializer_list<double>, std::string = {}, option::bits<Bits> = {}) -> variable<option::detail::completed(Bits)>;
template <class Edges, unsigned Bits = 3>
variable(const Edges&, std::string = {}, option::bits<Bits> = {}) -> variable<option::detail::completed(Bits)>;

// A bin for each integer from `start`, `stop` not included.
template <unsigned Bits = 3>
class integer : public detail::base<integer<Bits>, Bits> {
    using base = detail::base<integer, Bits>;
    static_assert(Bits <= 4 || Bits == 8, "an axis of integers has underflow, overflow, both or none, or it is circular, or it grows");

public:
    integer() = default;
    template <unsigned Given = 3>
    integer(int start, int stop, std::string label = {}, option::bits<Given> = {}) : base(std::move(label)), size_(stop - start), min_(start) {}

    static constexpr auto filled_with = detail::integers;

    void read(detail::description& from) {
        size_ = static_cast<int>(from.integer());
        min_ = from.integer();
    }
    std::string json() const { return base::json("integer", "\"start\": " + std::to_string(min_) + ", \"stop\": " + std::to_string(min_ + size_)); }
    int size() const { return size_; }

    template <class V>
    int index(V x) const {
        // In 64 bits, where Boost.Histogram's 32 overflow and call the largest integers the smallest.
        const double z = static_cast<double>(detail::whole(x)) - static_cast<double>(min_);
        if constexpr (base::is_circular) return static_cast<int>(z - std::floor(z / size_) * size_);
        else return z < size_ ? (z >= 0 ? static_cast<int>(z) : -1) : size_;
    }
    template <class V>
    bool outgrown(V x) const {
        const int at = index(x);
        return at < 0 || at >= size_;
    }

private:
    int size_ = 0;
    std::int64_t min_ = 0;
};
template <unsigned Bits = 3>
integer(int, int, std::string = {}, option::bits<Bits> = {}) -> integer<Bits>;

// A bin for each of some integers, in their order.
template <unsigned Bits = 2>
class int_category : public detail::base<int_category<Bits>, Bits> {
    using base = detail::base<int_category, Bits>;
    static_assert(Bits == 0 || Bits == 2 || Bits == 8, "an axis of categories has an overflow or none, or it grows");

public:
    int_category() = default;
    template <unsigned Given = 2>
    int_category(std::initializer_list<int> values, std::string label = {}, option::bits<Given> = {}) : base(std::move(label)), values_(values.begin(), values.end()) {}

    static constexpr auto filled_with = detail::integers;

    void read(detail::description& from) {
        values_.resize(static_cast<std::size_t>(from.integer()));
        for (std::int64_t& value : values_) value = from.integer();
    }
    std::string json() const {
        std::string values;
        for (const auto value : values_) values += (values.empty() ? "" : ", ") + std::to_string(value);
        return base::json("int_category", "\"values\": [" + values + "]");
    }
    int size() const { return static_cast<int>(values_.size()); }

    template <class V>
    int index(V x) const {
        return static_cast<int>(std::find(values_.begin(), values_.end(), detail::whole(x)) - values_.begin());
    }
    template <class V>
    bool outgrown(V x) const {
        return index(x) == size();
    }

private:
    std::vector<std::int64_t> values_;
};
template <unsigned Bits = 2>
int_category(std::initializer_list<int>, std::string = {}, option::bits<Bits> = {}) -> int_category<Bits>;

// A bin for each of some texts, in their order.
template <unsigned Bits = 2>
class str_category : public detail::base<str_category<Bits>, Bits> {
    using base = detail::base<str_category, Bits>;
    static_assert(Bits == 0 || Bits == 2 || Bits == 8, "an axis of categories has an overflow or none, or it grows");

public:
    str_category() = default;
    template <unsigned Given = 2>
    str_category(std::initializer_list<std::string> values, std::string label = {}, option::bits<Given> = {}) : base(std::move(label)), values_(values) {}

    static constexpr auto filled_with = detail::texts;

    void read(detail::description& from) {
        values_.resize(static_cast<std::size_t>(from.integer()));
        for (std::string& value : values_) value = from.text();
    }
    std::string json() const {
        std::string values;
        for (const auto& value : values_) values += (values.empty() ? "" : ", ") + detail::json_text(value);
        return base::json("str_category", "\"values\": [" + values + "]");
    }
    int size() const { return static_cast<int>(values_.size()); }

    int index(std::string_view x) const { return static_cast<int>(std::find(values_.begin(), values_.end(), x) - values_.begin()); }
    bool outgrown(std::string_view x) const { return index(x) == size(); }

private:
    std::vector<std::string> values_;
};
template <unsigned Bits = 2>
str_category(std::initializer_list<std::string>, std::string = {}, option::bits<Bits> = {}) -> str_category<Bits>;

// A bin for false and one for true.
class boolean : public detail::base<boolean, 0> {
public:
    boolean() = default;
    explicit boolean(std::string label) : base(std::move(label)) {}

    static constexpr auto filled_with = detail::integers;

    void read(detail::description&) {}
    std::string json() const { return base::json("boolean", "\"bins\": 2"); }
    static constexpr int size() { return 2; }

    template <class V>
    int index(V x) const {
        return x == 0 ? 0 : 1;
    }
    template <class V>
    bool outgrown(V) const {
        return false;
    }
};

}  // namespace doublet::axis

#endif
