// Filling: one entry, or one for each element of ranges.
#ifndef DOUBLET_HISTOGRAM_FILL_HPP
#define DOUBLET_HISTOGRAM_FILL_HPP

#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "filler.hpp"

namespace doublet::detail {

// Adds an entry to a cell.
template <class Storage, bool Atomic, class... Arguments>
void add(typename Storage::cell& to, const std::tuple<const Arguments&...>& arguments) {
    using at = places<Arguments...>;
    if constexpr (Storage::takes_samples) {
        double weight = 1;
        if constexpr (at::weights != 0) weight = static_cast<double>(std::get<at::weight>(arguments).value);
        Storage::add(to, weight, static_cast<double>(std::get<at::sample>(arguments).value));
    } else if constexpr (at::weights != 0) {
        const auto weight = static_cast<double>(std::get<at::weight>(arguments).value);
        if constexpr (Atomic) Storage::add_atomically(to, weight);
        else Storage::add(to, weight);
    } else {
        if constexpr (Atomic) Storage::add_atomically(to);
        else Storage::add(to);
    }
}

// The values among the arguments, one for each axis.
template <class... Arguments, std::size_t... I>
auto values_of(const std::tuple<const Arguments&...>& arguments, std::index_sequence<I...>) {
    using at = places<Arguments...>;
    return std::tie(std::get<at::value(I)>(arguments)...);
}

// Fills the cell that the arguments say, if there is one.
template <class Storage, bool Atomic, class Filler, class... Arguments>
void fill_one(const Filler& filler, const std::tuple<const Arguments&...>& arguments) {
    constexpr auto axes = std::make_index_sequence<Filler::rank>();
    if (auto* to = filler.find(axes, values_of(arguments, axes))) add<Storage, Atomic>(*to, arguments);
}

// How many entries the arguments are: one, if none is a range. Throws std::invalid_argument for ranges of several sizes.
class entries {
public:
    template <class T>
    void match(const T& argument) {
        if constexpr (!each<T>::is_one) {
            const auto size = static_cast<std::size_t>(std::distance(std::begin(argument), std::end(argument)));
            if (is_known_ && size != size_)
                throw std::invalid_argument("the ranges that a histogram is filled with have " + std::to_string(size_) + " and " +
                                            std::to_string(size) + " elements: it takes an element of each for every entry");
            size_ = size;
            is_known_ = true;
        }
    }
    template <class T>
    void match(const weighting<T>& argument) {
        match(argument.value);
    }
    template <class T>
    void match(const sampling<T>& argument) {
        match(argument.value);
    }
    std::size_t size() const { return size_; }

private:
    std::size_t size_ = 1;
    bool is_known_ = false;
};

// Calls `fill(arguments...)` for every entry.
template <class Fill, class... Arguments>
void fill_each(const Fill& fill, const Arguments&... arguments) {
    entries counted;
    (counted.match(arguments), ...);
    const std::size_t size = counted.size();
    [&](auto... at) {
        for (std::size_t number = 0; number < size; ++number, (++at, ...)) fill(*at...);
    }(each<Arguments>(arguments)...);
}

}  // namespace doublet::detail

#endif
