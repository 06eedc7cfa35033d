// What C++ tells Python of a histogram that it makes, and of an entry that Python fills.
#ifndef DOUBLET_HISTOGRAM_JSON_HPP
#define DOUBLET_HISTOGRAM_JSON_HPP

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "arguments.hpp"
#include "doublet/bundle.hpp"
#include "numbers.hpp"
#include "storage.hpp"

namespace doublet::detail {

inline std::string listed(std::string done, const std::string& next) { return done.empty() ? next : std::move(done) + ", " + next; }

template <class... Parts>
std::string hist_json(const Parts&... parts) {
    std::string axes, storage = storage::double_::name;
    const auto add = [&](const auto& part) {
        using Part = std::decay_t<decltype(part)>;
        if constexpr (std::is_base_of_v<storage::any, Part>) storage = Part::name;
        else axes = listed(axes, part.json());
    };
    (add(parts), ...);
    return "{\"storage\": " + json_text(storage) + ", \"axes\": [" + axes + "]}";
}

template <class T>
std::string value_json(const T& value) {
    if constexpr (std::is_same_v<T, bool>) return value ? "1" : "0";
    else if constexpr (std::is_integral_v<T>) return std::to_string(value);
    else if constexpr (std::is_floating_point_v<T>) return json_number(static_cast<double>(value));
    else return json_text(std::string_view(value));
}

template <class... Kept, std::size_t... I>
std::string entry_json(const std::tuple<Kept...>& entry, std::index_sequence<I...>) {
    using at = places<std::decay_t<Kept>...>;
    std::string values, others;
    ((values = listed(values, value_json(std::get<at::value(I)>(entry)))), ...);
    if constexpr (at::weights != 0) others += ", \"weight\": " + value_json(std::get<at::weight>(entry).value);
    if constexpr (at::samples != 0) others += ", \"sample\": " + value_json(std::get<at::sample>(entry).value);
    return "{\"values\": [" + values + "]" + others + "}";
}

}  // namespace doublet::detail

#endif
