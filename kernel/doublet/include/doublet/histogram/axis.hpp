// The axes of a histogram that a cell makes. They only say what bins there are to be: hist makes them, and refuses what
// cannot be, with a ValueError.
#ifndef DOUBLET_HISTOGRAM_AXIS_HPP
#define DOUBLET_HISTOGRAM_AXIS_HPP

#include <initializer_list>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bins.hpp"
#include "json.hpp"
#include "option.hpp"
#include "transform.hpp"

namespace doublet::axis {

namespace detail {

// What all axes have: options, a label and a name.
template <class Axis, unsigned Options>
class base {
public:
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

    std::string said(const char* kind, const std::string& bins) const {
        return "{\"kind\": \"" + std::string(kind) + "\", \"options\": " + std::to_string(Options) + ", \"label\": " + doublet::detail::value_json(label_) +
               ", \"name\": " + doublet::detail::value_json(name_) + bins + "}";
    }

private:
    std::string label_, name_;
};

template <class T>
std::string field(const char* name, const T& value) {
    return std::string(", \"") + name + "\": " + doublet::detail::value_json(value);
}
template <class T>
std::string field(const char* name, const std::vector<T>& values) {
    std::string all;
    for (const T& value : values) all = doublet::detail::listed(all, doublet::detail::value_json(value));
    return std::string(", \"") + name + "\": [" + all + "]";
}

// The options that boost-histogram has axes of.
constexpr bool are_of_reals(unsigned options) { return options <= 3 || options == 6 || options == 11; }
constexpr bool are_of_integers(unsigned options) { return options <= 4 || options == 8; }
constexpr bool are_of_categories(unsigned options) { return options == 0 || options == 2 || options == 8; }

}  // namespace detail

// Bins of equal width from `start` to `stop`, or of a width that a transform makes equal.
template <class Transform = transform::id, unsigned Options = 3>
class regular : public detail::base<regular<Transform, Options>, Options> {
    static_assert(detail::are_of_reals(Options), "an axis of real numbers has an underflow, an overflow, both or none, or it is circular, or it grows");
    static_assert(std::is_same_v<Transform, transform::id> || Options == 3, "an axis with a transform has an underflow and an overflow, and no other options");

public:
    using bins = doublet::detail::regular_bins<Transform, Options>;

    regular() = default;
    template <unsigned Given = 3>
    regular(int bins, double start, double stop, std::string label = {}, option::bits<Given> = {})
        : regular(Transform(), bins, start, stop, std::move(label), option::bits<Given>()) {}
    template <unsigned Given = 3>
    regular(Transform transform, int bins, double start, double stop, std::string label = {}, option::bits<Given> = {})
        : regular::base(std::move(label)), transform_(transform), bins_(bins), start_(start), stop_(stop) {}

    std::string json() const {
        return this->said("regular", ", \"transform\": " + transform_.json() + detail::field("bins", bins_) + detail::field("start", start_) + detail::field("stop", stop_));
    }

private:
    Transform transform_;
    int bins_ = 0;
    double start_ = 0, stop_ = 0;
};
template <unsigned Options = 3>
regular(int, double, double, std::string = {}, option::bits<Options> = {}) -> regular<transform::id, option::detail::completed(Options)>;
template <class Transform, unsigned Options = 3, class = std::enable_if_t<!std::is_arithmetic_v<Transform>>>
regular(Transform, int, double, double, std::string = {}, option::bits<Options> = {}) -> regular<Transform, option::detail::completed(Options)>;

// Bins between edges of any distances.
template <unsigned Options = 3>
class variable : public detail::base<variable<Options>, Options> {
    static_assert(detail::are_of_reals(Options), "an axis of real numbers has an underflow, an overflow, both or none, or it is circular, or it grows");

public:
    using bins = doublet::detail::variable_bins<Options>;

    variable() = default;
    template <unsigned Given = 3>
    variable(std::initializer_list<double> edges, std::string label = {}, option::bits<Given> = {}) : variable::base(std::move(label)), edges_(edges) {}
    template <class Edges, unsigned Given = 3, class = decltype(std::begin(std::declval<const Edges&>()))>
    variable(const Edges& edges, std::string label = {}, option::bits<Given> = {})
        : variable::base(std::move(label)), edges_(std::begin(edges), std::end(edges)) {}

    std::string json() const { return this->said("variable", detail::field("edges", edges_)); }

private:
    std::vector<double> edges_;
};
template <unsigned Options = 3>
variable(std::initializer_list<double>, std::string = {}, option::bits<Options> = {}) -> variable<option::detail::completed(Options)>;
template <class Edges, unsigned Options = 3>
variable(const Edges&, std::string = {}, option::bits<Options> = {}) -> variable<option::detail::completed(Options)>;

// A bin for each integer from `start`, `stop` not included.
template <unsigned Options = 3>
class integer : public detail::base<integer<Options>, Options> {
    static_assert(detail::are_of_integers(Options), "an axis of integers has an underflow, an overflow, both or none, or it is circular, or it grows");

public:
    using bins = doublet::detail::integer_bins<Options>;

    integer() = default;
    template <unsigned Given = 3>
    integer(int start, int stop, std::string label = {}, option::bits<Given> = {}) : integer::base(std::move(label)), start_(start), stop_(stop) {}

    std::string json() const { return this->said("integer", detail::field("start", start_) + detail::field("stop", stop_)); }

private:
    int start_ = 0, stop_ = 0;
};
template <unsigned Options = 3>
integer(int, int, std::string = {}, option::bits<Options> = {}) -> integer<Options>;

// A bin for each of some integers, in their order.
template <unsigned Options = 2>
class int_category : public detail::base<int_category<Options>, Options> {
    static_assert(detail::are_of_categories(Options), "an axis of categories has an overflow or none, or it grows");

public:
    using bins = doublet::detail::int_category_bins<Options>;

    int_category() = default;
    template <unsigned Given = 2>
    int_category(std::vector<int> values, std::string label = {}, option::bits<Given> = {}) : int_category::base(std::move(label)), values_(std::move(values)) {}

    std::string json() const { return this->said("int_category", detail::field("values", values_)); }

private:
    std::vector<int> values_;
};
template <unsigned Options = 2>
int_category(std::vector<int>, std::string = {}, option::bits<Options> = {}) -> int_category<Options>;

// A bin for each of some texts, in their order.
template <unsigned Options = 2>
class str_category : public detail::base<str_category<Options>, Options> {
    static_assert(detail::are_of_categories(Options), "an axis of categories has an overflow or none, or it grows");

public:
    using bins = doublet::detail::str_category_bins<Options>;

    str_category() = default;
    // One by one: {"ee", "mumu"} would make a std::vector of what lies between two pointers.
    template <unsigned Given = 2>
    str_category(std::initializer_list<std::string> values, std::string label = {}, option::bits<Given> = {}) : str_category::base(std::move(label)), values_(values) {}
    template <unsigned Given = 2>
    str_category(const std::vector<std::string>& values, std::string label, option::bits<Given> = {}) : str_category::base(std::move(label)), values_(values) {}

    std::string json() const { return this->said("str_category", detail::field("values", values_)); }

private:
    std::vector<std::string> values_;
};
template <unsigned Options = 2>
str_category(std::initializer_list<std::string>, std::string = {}, option::bits<Options> = {}) -> str_category<Options>;
template <unsigned Options = 2>
str_category(const std::vector<std::string>&, std::string, option::bits<Options> = {}) -> str_category<Options>;

// A bin for false and one for true.
class boolean : public detail::base<boolean, 0> {
public:
    using bins = doublet::detail::boolean_bins;

    boolean() = default;
    explicit boolean(std::string label) : base(std::move(label)) {}

    std::string json() const { return said("boolean", ""); }
};

}  // namespace doublet::axis

#endif
