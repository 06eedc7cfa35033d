// What kind of type it is that is described: what it is made from, and what can be done with it.
#ifndef DOUBLET_KINDS_HPP
#define DOUBLET_KINDS_HPP

#include <chrono>
#include <iterator>
#include <ostream>
#include <ratio>
#include <string_view>
#include <type_traits>
#include <utility>
#if __cplusplus >= 202002L
#include <compare>
#include <concepts>
#include <ranges>
#endif

#include "doublet/view.hpp"

namespace doublet::detail {

template <class, template <class...> class>
struct is_made_from : std::false_type {};
template <template <class...> class Template, class... T>
struct is_made_from<Template<T...>, Template> : std::true_type {};
template <class T, template <class...> class Template>
inline constexpr bool is_a = is_made_from<T, Template>::value;

template <class T, class Tag, class = void>
struct is_printable : std::false_type {};
template <class T, class Tag>
struct is_printable<T, Tag, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

template <class T, class = void>
struct is_range : std::false_type {};
template <class T>
struct is_range<T, std::void_t<decltype(std::begin(std::declval<const T&>()) != std::end(std::declval<const T&>())),
                               decltype(*std::begin(std::declval<const T&>()))>>
    : std::bool_constant<!std::is_same_v<std::decay_t<decltype(*std::begin(std::declval<const T&>()))>, T>> {};

// A view that has to remember something while it is gone through, such as where its filter has let the first pass.
template <class T>
constexpr bool is_remembering_view() {
#if __cplusplus >= 202002L
    if constexpr (!is_range<T>::value && std::move_constructible<T>) return std::ranges::forward_range<T> && std::ranges::view<T>;
#endif
    return false;
}

template <class T, class = void>
struct has_mapped : std::false_type {};
template <class T>
struct has_mapped<T, std::void_t<typename T::key_type, typename T::mapped_type>> : std::true_type {};

template <class T, class = void>
struct has_size : std::false_type {};
template <class T>
struct has_size<T, std::void_t<decltype(static_cast<std::size_t>(std::declval<const T&>().size()))>> : std::true_type {};

template <class T, class = void>
struct is_complete : std::false_type {};
template <class T>
struct is_complete<T, std::void_t<decltype(sizeof(T))>> : std::true_type {};

template <class T, class = void>
struct has_target : std::false_type {};  // not so for a smart pointer to void, an array or an incomplete type
template <class T>
struct has_target<T, std::void_t<decltype(sizeof(*std::declval<const T&>()))>> : std::true_type {};

// Of what is held by containers, pointers and the like, the type that is none of them.
template <class T, class = void>
struct inmost {
    using type = T;
};
template <class T>
using inmost_t = typename inmost<std::remove_cv_t<T>>::type;
template <class T>
struct inmost<T, std::enable_if_t<has_mapped<T>::value>> : inmost<std::remove_cv_t<typename T::mapped_type>> {};
template <class T>
struct inmost<T, std::enable_if_t<is_range<T>::value && !has_mapped<T>::value>>
    : inmost<std::decay_t<decltype(*std::begin(std::declval<const T&>()))>> {};
template <class T>
struct inmost<T, std::enable_if_t<has_target<T>::value && !is_range<T>::value>> : inmost<std::decay_t<decltype(*std::declval<const T&>())>> {};

// A queue or stack, as a class that shows its container.
template <class T>
struct Opened : T {
    static const typename T::container_type& elements(const T& adaptor) { return adaptor.*&Opened::c; }
};

template <class T>
inline constexpr bool is_character =
#ifdef __cpp_char8_t
    std::is_same_v<T, char8_t> ||
#endif
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

template <class>
struct is_view : std::false_type {};
template <class T, std::size_t Rank>
struct is_view<view<T, Rank>> : std::true_type {};

template <class>
struct is_time : std::false_type {};
template <class Duration>
struct is_time<std::chrono::time_point<std::chrono::system_clock, Duration>> : std::true_type {};

template <class T>
constexpr bool is_lambda() {
    return std::string_view(__PRETTY_FUNCTION__).find("T = (lambda") != std::string_view::npos;
}

template <class T>
inline constexpr bool is_order =
#if __cplusplus >= 202002L
    std::is_same_v<T, std::strong_ordering> || std::is_same_v<T, std::weak_ordering> || std::is_same_v<T, std::partial_ordering>;
#else
    false;
#endif

template <class Period>
constexpr const char* unit() {
    using std::ratio_equal_v;
    return ratio_equal_v<Period, std::nano>            ? "ns"
           : ratio_equal_v<Period, std::micro>         ? "us"
           : ratio_equal_v<Period, std::milli>         ? "ms"
           : ratio_equal_v<Period, std::ratio<1>>      ? "s"
           : ratio_equal_v<Period, std::ratio<60>>     ? "min"
           : ratio_equal_v<Period, std::ratio<3600>>   ? "h"
           : ratio_equal_v<Period, std::ratio<86400>>  ? "d"
                                                       : nullptr;
}

}  // namespace doublet::detail

#endif
