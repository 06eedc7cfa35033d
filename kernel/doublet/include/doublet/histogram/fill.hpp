// Filling: one entry, or one for each element of ranges.
#ifndef DOUBLET_HISTOGRAM_FILL_HPP
#define DOUBLET_HISTOGRAM_FILL_HPP

#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "arguments.hpp"
#include "filler.hpp"
#include "storage.hpp"

namespace doublet::detail {

// Whether an axis is filled with values of a type; if not, the compiler says what it is filled with.
template <class Bins, class Value>
constexpr bool is_taken() {
    constexpr bool found = takes<Bins, Value>;
    if constexpr (Bins::filled_with == texts)
        static_assert(found, "an axis of texts is filled with texts, such as std::string");
    else if constexpr (std::is_floating_point_v<Value>)
        static_assert(found, "an axis of integers is filled with integers: of a real number, say which with std::floor or std::lround, and convert that to int");
    else if constexpr (is_range<Value>::value && !std::is_convertible_v<const Value&, std::string_view>)
        static_assert(found, "h(...) fills one entry: write h.fill(...) for one of each element of a range");
    else
        static_assert(found, "an axis of numbers is filled with numbers");
    return found;
}

// Whether a histogram is filled with these arguments; if not, the compiler says why.
template <class Storage, class... Bins>
struct filled {
    template <class... Arguments>
    static constexpr bool with() {
        using at = places<Arguments...>;
        constexpr bool has_values = at::values == sizeof...(Bins);
        static_assert(has_values, "a histogram is filled with one value for each of its axes, in their order");
        constexpr bool has_weights = at::weights == 0 || (at::weights == 1 && Storage::takes_weights);
        static_assert(has_weights, "this histogram counts entries, which have no weights: give it another storage, such as doublet::storage::weighted or hist.storage.Weight()");
        constexpr bool has_samples = at::samples == Storage::takes_samples;
        static_assert(has_samples || Storage::takes_samples, "this histogram takes no samples: those are for the storages mean and weighted_mean");
        static_assert(has_samples || !Storage::takes_samples, "this histogram averages samples: give it one with each entry, as in h(x, doublet::sample(y))");
        if constexpr (has_values && has_weights && has_samples) return taken<Arguments...>(std::make_index_sequence<sizeof...(Bins)>());
        else return false;
    }

private:
    template <class... Arguments, std::size_t... I>
    static constexpr bool taken(std::index_sequence<I...>) {
        using given = std::tuple<Arguments...>;
        return (is_taken<Bins, std::tuple_element_t<places<Arguments...>::value(I), given>>() && ...);
    }
};

// Adds an entry to a cell.
template <class Storage, bool Atomic, class... Kept>
DOUBLET_INLINE void add(typename Storage::cell& to, const std::tuple<Kept...>& entry) {
    using at = places<std::decay_t<Kept>...>;
    if constexpr (Storage::takes_samples) {
        double weight = 1;
        if constexpr (at::weights != 0) weight = static_cast<double>(std::get<at::weight>(entry).value);
        Storage::add(to, weight, static_cast<double>(std::get<at::sample>(entry).value));
    } else if constexpr (at::weights != 0) {
        const auto weight = static_cast<double>(std::get<at::weight>(entry).value);
        if constexpr (Atomic) Storage::add_atomically(to, weight);
        else Storage::add(to, weight);
    } else {
        if constexpr (Atomic) Storage::add_atomically(to);
        else Storage::add(to);
    }
}

// An entry: its numbers are read when it is made, for they may be anywhere, even in the histogram's own cells.
template <class T>
using kept = std::conditional_t<std::is_arithmetic_v<T> || is_weight<T> || is_sample<T>, T, const T&>;
template <class... Arguments>
using entry_of = std::tuple<kept<Arguments>...>;

// Fills the cell that an entry says, if there is one. No cell is a part of the filler: that __restrict says so lets a loop keep
// the numbers of the axes in registers, where it would read them again after each entry.
template <class Storage, bool Atomic, class Filler, class... Kept, std::size_t... I>
DOUBLET_INLINE void fill_apart(const Filler& __restrict filler, typename Storage::cell* __restrict origin, const std::tuple<Kept...>& entry,
                               std::index_sequence<I...> axes) {
    if (auto* to = filler.find(origin, axes, std::get<places<std::decay_t<Kept>...>::value(I)>(entry)...)) add<Storage, Atomic>(*to, entry);
}
template <class Storage, bool Atomic, class Filler, class... Kept, std::size_t... I>
DOUBLET_INLINE void fill_one(const Filler& filler, const std::tuple<Kept...>& entry, std::index_sequence<I...> axes) {
    fill_apart<Storage, Atomic>(filler, filler.origin(), entry, axes);
}
template <class Filler, class... Kept, std::size_t... I>
bool is_outgrown(const Filler& filler, const std::tuple<Kept...>& entry, std::index_sequence<I...> axes) {
    return filler.outgrown(axes, std::get<places<std::decay_t<Kept>...>::value(I)>(entry)...);
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
DOUBLET_INLINE void fill_each(const Fill& fill, const Arguments&... arguments) {
    entries counted;
    (counted.match(arguments), ...);
    const std::size_t size = counted.size();
    [&](auto... at) __attribute__((always_inline)) {
        for (std::size_t number = 0; number < size; ++number, (++at, ...)) fill(*at...);
    }(each<Arguments>(arguments)...);
}

}  // namespace doublet::detail

#endif
