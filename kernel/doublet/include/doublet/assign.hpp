// How Python writes a C++ variable: exactly, or not at all.
#ifndef DOUBLET_ASSIGN_HPP
#define DOUBLET_ASSIGN_HPP

#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace doublet::assigning {

struct None {};   // Python's None
struct Empty {};  // Python's [] and ()

[[noreturn]] inline void refuse(const std::string& why) { throw std::range_error(why); }

template <class T>
using Elements = std::enable_if_t<!std::is_same_v<T, std::string>, decltype(std::begin(std::declval<T&>()))>;
template <class T, class = void>
struct is_range : std::false_type {};
template <class T>
struct is_range<T, std::void_t<Elements<T>>> : std::true_type {};

// A class whose objects only refer to elements, such as std::span: what Python gives would be gone.
template <class T>
constexpr bool is_view = std::is_class_v<T> && is_range<T>::value && std::is_trivially_copyable_v<T> && !std::is_aggregate_v<T>;

template <class T, class = void>
struct can_grow : std::false_type {};
template <class T>
struct can_grow<T, std::void_t<decltype(std::declval<T&>().insert(std::declval<T&>().end(), std::declval<typename T::value_type>()))>>
    : std::true_type {};

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
struct is_complex : std::false_type {};
template <class T>
struct is_complex<std::complex<T>> : std::true_type {};

template <class T>
struct is_variant : std::false_type {};
template <class... T>
struct is_variant<std::variant<T...>> : std::true_type {};

// The same number as another type; refused if there is none, but a real number may be rounded.
template <class T, class V>
T number(V value) {
    if constexpr (std::is_same_v<T, V>) {
        return value;
    } else if constexpr (std::is_floating_point_v<T> && std::is_floating_point_v<V>) {
        const auto converted = static_cast<T>(value);
        if (std::isinf(converted) && !std::isinf(value)) refuse("it is too large for the variable's type");
        return converted;
    } else if constexpr (std::is_floating_point_v<V>) {
        if (!std::isfinite(value)) refuse("the variable's type has no such value");
        if (std::trunc(value) != value) refuse("the variable's type has no fractions");
        // Powers of two, so that both limits are exact.
        const V limit = std::ldexp(V(1), std::numeric_limits<T>::digits);
        if (value >= limit || value < (std::is_signed_v<T> ? -limit : V(0))) refuse("it is outside the range of the variable's type");
        return static_cast<T>(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        const auto converted = static_cast<T>(value);
        const T limit = std::ldexp(T(1), std::numeric_limits<V>::digits);
        if (converted >= limit || static_cast<V>(converted) != value) refuse("the variable's type cannot hold all of its digits");
        return converted;
    } else {
        const auto converted = static_cast<T>(value);
        if (static_cast<V>(converted) != value || (converted < T{}) != (value < V{})) refuse("it is outside the range of the variable's type");
        return converted;
    }
}

[[noreturn]] inline void refuse_size(std::ptrdiff_t size) {
    refuse("the variable holds " + std::to_string(size) + " elements, no more and no less");
}

template <class T, class V>
void assign(T& to, const V& value);

// Has a variant hold a number as the first of its types that is of the number's kind; a whole number may become a real one.
template <class... T, class V>
void assign_alternative(std::variant<T...>& to, V value) {
    bool is_done = false;
    auto attempt = [&](auto* kind, bool whole) {
        using Kind = std::remove_pointer_t<decltype(kind)>;
        if constexpr (std::is_arithmetic_v<Kind> && std::is_same_v<Kind, bool> == std::is_same_v<V, bool>) {
            if (is_done || std::is_integral_v<Kind> != whole || (std::is_floating_point_v<V> && whole)) return;
            to = std::variant<T...>(std::in_place_type<Kind>, number<Kind>(value));
            is_done = true;
        }
    };
    for (const bool whole : {true, false}) (attempt(static_cast<T*>(nullptr), whole), ...);
    if (!is_done) refuse("none of the types that the variant may hold is of the number's kind");
}

template <class T, class V>
void assign_elements(T& to, const V& values) {
    if constexpr (can_grow<T>::value) {
        T made;
        for (const auto& value : values) {
            typename T::value_type element{};
            assign(element, value);
            made.insert(made.end(), std::move(element));
        }
        to = std::move(made);
    } else {  // of a fixed size: std::array, T[N]
        const std::ptrdiff_t size = std::distance(std::begin(to), std::end(to));
        if (std::distance(std::begin(values), std::end(values)) != size) refuse_size(size);
        for (const bool writes : {false, true}) {  // all of it, or nothing
            auto element = std::begin(to);
            for (const auto& value : values) {
                std::decay_t<decltype(*element)> made{};
                assign(made, value);
                if (writes) *element = std::move(made);
                ++element;
            }
        }
    }
}

// Tuples and pairs, each part exactly.
template <class T>
struct is_tuple : std::false_type {};
template <class... T>
struct is_tuple<std::tuple<T...>> : std::true_type {};
template <class T, class U>
struct is_tuple<std::pair<T, U>> : std::true_type {};

template <class T, class V, std::size_t... part>
void assign_parts(T& to, const V& value, std::index_sequence<part...>) {
    T made{};
    (assign(std::get<part>(made), std::get<part>(value)), ...);
    to = std::move(made);
}

// Writes a value from Python into a variable; throws if the variable cannot hold it.
template <class T, class V>
void assign(T& to, const V& value) {
    if constexpr (std::is_same_v<V, None>) {
        if constexpr (is_optional<T>::value)
            to = std::nullopt;
        else if constexpr (std::is_assignable_v<T&, std::nullptr_t> && !std::is_same_v<T, std::string>)
            to = nullptr;
        else if constexpr (is_variant<T>::value && std::is_assignable_v<T&, std::monostate>)
            to = std::monostate{};
        else
            refuse("only a pointer, a std::optional, a std::function or a std::variant with a std::monostate can be None");
    } else if constexpr (is_view<T>) {
        refuse("the variable only refers to what another one holds");
    } else if constexpr (std::is_same_v<V, Empty>) {
        if constexpr (can_grow<T>::value)
            to = T{};
        else if constexpr (is_range<T>::value)
            refuse_size(std::distance(std::begin(to), std::end(to)));
        else
            refuse("the variable is no container");
    } else if constexpr (std::is_same_v<T, V>) {
        to = value;
    } else if constexpr (is_optional<T>::value) {
        typename T::value_type held{};
        assign(held, value);
        to = std::move(held);
    } else if constexpr (std::is_arithmetic_v<T> && std::is_arithmetic_v<V>) {
        to = number<T>(value);
    } else if constexpr (is_variant<T>::value && std::is_arithmetic_v<V>) {
        assign_alternative(to, value);
    } else if constexpr (is_tuple<T>::value && is_tuple<V>::value) {
        if constexpr (std::tuple_size_v<T> == std::tuple_size_v<V>)
            assign_parts(to, value, std::make_index_sequence<std::tuple_size_v<T>>());
        else
            refuse_size(std::tuple_size_v<T>);
    } else if constexpr (std::is_enum_v<T> && std::is_integral_v<V>) {
        to = static_cast<T>(number<std::underlying_type_t<T>>(value));
    } else if constexpr (is_complex<T>::value && (std::is_arithmetic_v<V> || is_complex<V>::value)) {
        const std::complex<double> from(value);
        using part = typename T::value_type;
        to = T(number<part>(from.real()), number<part>(from.imag()));
    } else if constexpr (std::is_same_v<T, char> && std::is_same_v<V, std::string>) {
        if (value.size() != 1) refuse("a char holds one byte, and this text has " + std::to_string(value.size()));
        to = value[0];
    } else if constexpr (std::is_same_v<T, std::string> && std::is_arithmetic_v<V>) {
        refuse("the variable holds text");
    } else if constexpr (is_range<T>::value && is_range<V>::value && !std::is_assignable_v<T&, const V&>) {
        assign_elements(to, value);
    } else {
        to = value;
    }
}

// For Python, which gives T.
template <class T>
void hold(std::optional<T>& into, const T& value) {
    into.emplace(value);
}

}  // namespace doublet::assigning

#endif
