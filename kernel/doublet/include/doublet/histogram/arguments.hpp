// What a histogram is filled with: a value for each axis, and perhaps a weight and a sample.
#ifndef DOUBLET_HISTOGRAM_ARGUMENTS_HPP
#define DOUBLET_HISTOGRAM_ARGUMENTS_HPP

#include <cstddef>
#include <iterator>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "bins.hpp"
#include "doublet/kinds.hpp"

namespace doublet {

namespace detail {

// Numbers by value, for what an iterator gives may be a temporary.
template <class T>
using held = std::conditional_t<std::is_arithmetic_v<T>, T, const T&>;
template <class T>
struct weighting {
    held<T> value;
};
template <class T>
struct sampling {
    held<T> value;
};

template <class T>
inline constexpr bool is_weight = false;
template <class T>
inline constexpr bool is_weight<weighting<T>> = true;
template <class T>
inline constexpr bool is_sample = false;
template <class T>
inline constexpr bool is_sample<sampling<T>> = true;

// Where in a call the values, the weight and the sample stand.
template <class... Arguments>
struct places {
    static constexpr std::size_t count = sizeof...(Arguments), none = count;
    static constexpr std::size_t weights = (std::size_t{is_weight<Arguments>} + ... + 0);
    static constexpr std::size_t samples = (std::size_t{is_sample<Arguments>} + ... + 0);
    static constexpr std::size_t values = count - weights - samples;

    static constexpr std::size_t find(bool weight) {
        const bool wanted[] = {(weight ? is_weight<Arguments> : is_sample<Arguments>)..., true};
        std::size_t at = 0;
        while (!wanted[at]) ++at;
        return at;
    }
    static constexpr std::size_t value(std::size_t number) {
        const bool others[] = {(is_weight<Arguments> || is_sample<Arguments>)..., false};
        std::size_t at = 0;
        for (;; ++at)
            if (!others[at] && number-- == 0) return at;
    }
    static constexpr std::size_t weight = find(true), sample = find(false);
};

// Goes through an argument: the elements of a range, or the same again and again.
template <class T>
class each {
public:
    static constexpr bool is_one = !is_range<T>::value || std::is_convertible_v<const T&, std::string_view>;

    DOUBLET_INLINE explicit each(const T& argument) : at_(begin(argument)) {}
    DOUBLET_INLINE decltype(auto) operator*() const {
        if constexpr (is_one) return (*at_);
        else return *at_;
    }
    DOUBLET_INLINE void operator++() {
        if constexpr (!is_one) ++at_;
    }

private:
    DOUBLET_INLINE static auto begin(const T& argument) {
        if constexpr (is_one) return &argument;
        else return std::begin(argument);
    }
    decltype(begin(std::declval<const T&>())) at_;
};
template <class T>
class each<weighting<T>> {
public:
    static constexpr bool is_one = each<T>::is_one;
    DOUBLET_INLINE explicit each(const weighting<T>& argument) : values_(argument.value) {}
    DOUBLET_INLINE auto operator*() const { return weighting<std::decay_t<decltype(*values_)>>{*values_}; }
    DOUBLET_INLINE void operator++() { ++values_; }

private:
    each<T> values_;
};
template <class T>
class each<sampling<T>> {
public:
    static constexpr bool is_one = each<T>::is_one;
    DOUBLET_INLINE explicit each(const sampling<T>& argument) : values_(argument.value) {}
    DOUBLET_INLINE auto operator*() const { return sampling<std::decay_t<decltype(*values_)>>{*values_}; }
    DOUBLET_INLINE void operator++() { ++values_; }

private:
    each<T> values_;
};

// What an argument gives for one entry.
template <class T>
using one_of = std::decay_t<decltype(*std::declval<const each<T>&>())>;

}  // namespace detail

// h(x, doublet::weight(w)): the entry counts w times. In h.fill(...), w may be a range with a weight for each entry.
template <class T>
DOUBLET_INLINE detail::weighting<T> weight(const T& value) {
    static_assert(std::is_arithmetic_v<T> || detail::is_range<T>::value, "a weight is a number, or a range of numbers");
    return {value};
}
// h(x, doublet::sample(y)): what a histogram with a `mean` storage averages in each bin.
template <class T>
DOUBLET_INLINE detail::sampling<T> sample(const T& value) {
    static_assert(std::is_arithmetic_v<T> || detail::is_range<T>::value, "a sample is a number, or a range of numbers");
    return {value};
}

}  // namespace doublet

#endif
