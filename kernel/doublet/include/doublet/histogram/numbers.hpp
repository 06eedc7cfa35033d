// Numbers of any type, as axes take them and as Python reads them.
#ifndef DOUBLET_HISTOGRAM_NUMBERS_HPP
#define DOUBLET_HISTOGRAM_NUMBERS_HPP

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <type_traits>

namespace doublet::detail {

// The nearest of 64 bits: no axis has bins so far out that it would matter.
template <class T>
constexpr std::int64_t whole(T value) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof most) return value > static_cast<T>(most) ? most : static_cast<std::int64_t>(value);
    else return static_cast<std::int64_t>(value);
}

// Seventeen digits tell one double from any other; Python's json reads NaN and Infinity as well.
inline std::string json_number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.17g", value);
    return digits;
}

}  // namespace doublet::detail

#endif
