// Fills the cells of a histogram, wherever they are.
#ifndef DOUBLET_HISTOGRAM_FILLER_HPP
#define DOUBLET_HISTOGRAM_FILLER_HPP

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "arguments.hpp"
#include "axis.hpp"
#include "storage.hpp"

namespace doublet::detail {

// Whether an axis is filled with values of a type; if not, the compiler says what it is filled with.
template <class Axis, class Value>
constexpr bool is_taken() {
    constexpr bool found = axis::detail::takes<Axis, Value>;
    if constexpr (Axis::filled_with == axis::detail::texts)
        static_assert(found, "an axis of texts is filled with texts, such as std::string");
    else if constexpr (std::is_floating_point_v<Value>)
        static_assert(found, "an axis of integers is filled with integers: of a real number, say which with std::floor or std::lround, and convert that to int");
    else
        static_assert(found, "an axis of numbers is filled with numbers; a range of them is for h.fill(...)");
    return found;
}

// Whether a histogram is filled with these arguments; if not, the compiler says why.
template <class Storage, class... Axes>
struct filled {
    template <class... Arguments>
    static constexpr bool with() {
        using at = places<Arguments...>;
        constexpr bool has_values = at::values == sizeof...(Axes);
        static_assert(has_values, "a histogram is filled with one value for each of its axes, in their order");
        constexpr bool has_weights = at::weights == 0 || (at::weights == 1 && Storage::takes_weights);
        static_assert(has_weights, "this histogram counts entries, which have no weights: give it another storage, such as doublet::storage::weighted or hist.storage.Weight()");
        constexpr bool has_samples = at::samples == Storage::takes_samples;
        static_assert(has_samples || Storage::takes_samples, "this histogram takes no samples: those are for the storages mean and weighted_mean");
        static_assert(has_samples || !Storage::takes_samples, "this histogram averages samples: give it one with each entry, as in h(x, doublet::sample(y))");
        return has_values && has_weights && has_samples;
    }
};

template <class Storage, class... Axes>
class filler {
public:
    using cell = typename Storage::cell;
    static constexpr std::size_t rank = sizeof...(Axes);
    static constexpr bool grows = (Axes::grows || ...);
    static_assert(rank >= 1 && rank <= 8, "a histogram has one to eight axes");

    filler() = default;
    explicit filler(std::tuple<Axes...> axes) : axes_(std::move(axes)) {}

    void read(description& from) {
        std::apply([&](auto&... axis) { (axis.read(from), ...); }, axes_);
    }
    // Where the cells begin, of which there have to be size().
    void put(cell* cells) {
        cells_ = origin_ = cells;
        std::ptrdiff_t stride = 1;
        std::size_t number = 0;
        const auto next = [&](const auto& axis) {
            origin_ += axis.has_underflow ? stride : 0;
            strides_[number++] = stride;
            stride *= extent(axis);
        };
        std::apply([&](const auto&... axis) { (next(axis), ...); }, axes_);
        size_ = static_cast<std::size_t>(stride);
    }

    const std::tuple<Axes...>& axes() const { return axes_; }
    cell* cells() const { return cells_; }
    std::size_t size() const { return size_; }
    bool is_empty() const { return cells_ == nullptr; }

    // The cell for these values, null if there is none.
    template <std::size_t... I, class Values>
    cell* find(std::index_sequence<I...>, const Values& values) const {
        cell* at = origin_;
        return (step<I>(at, std::get<I>(axes_).index(std::get<I>(values))) && ...) ? at : nullptr;
    }
    // The cell at these indices: -1 is the underflow, the size of the axis the overflow. Null if there is none.
    template <std::size_t... I>
    cell* at(std::index_sequence<I...>, const std::array<int, rank>& index) const {
        cell* at = origin_;
        return (checked<I>(at, index[I]) && ...) ? at : nullptr;
    }
    // Whether an axis has to grow for these values.
    template <std::size_t... I, class Values>
    bool outgrown(std::index_sequence<I...>, const Values& values) const {
        return (outgrown<I>(std::get<I>(values)) || ...);
    }

private:
    template <class Axis>
    static std::ptrdiff_t extent(const Axis& axis) {
        return axis.size() + Axis::has_underflow + Axis::has_overflow;
    }
    template <std::size_t I>
    bool step(cell*& at, int index) const {
        using Axis = std::tuple_element_t<I, std::tuple<Axes...>>;
        if constexpr (!Axis::has_underflow)
            if (index < 0) return false;
        if constexpr (!Axis::has_overflow)
            if (index >= std::get<I>(axes_).size()) return false;
        at += I == 0 ? index : index * strides_[I];
        return true;
    }
    template <std::size_t I>
    bool checked(cell*& at, int index) const {
        return index >= -1 && index <= std::get<I>(axes_).size() && step<I>(at, index);
    }
    template <std::size_t I, class Value>
    bool outgrown(const Value& value) const {
        if constexpr (std::tuple_element_t<I, std::tuple<Axes...>>::grows) return std::get<I>(axes_).outgrown(value);
        else return false;
    }

    cell* origin_ = nullptr;  // the cell at indices 0
    std::array<std::ptrdiff_t, rank> strides_{};
    std::tuple<Axes...> axes_;
    cell* cells_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace doublet::detail

#endif
