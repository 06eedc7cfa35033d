// Finds the cells of a histogram, wherever they are.
#ifndef DOUBLET_HISTOGRAM_FILLER_HPP
#define DOUBLET_HISTOGRAM_FILLER_HPP

#include <array>
#include <cstddef>
#include <tuple>
#include <utility>

#include "bins.hpp"

namespace doublet::detail {

// The first axis is the fastest; the underflow of an axis, if it has one, comes before its bins, and the overflow behind.
template <class Cell, class... Bins>
class filler {
public:
    static constexpr std::size_t rank = sizeof...(Bins);
    static constexpr bool grows = (Bins::grows || ...);
    static_assert(rank >= 1 && rank <= 8, "a histogram has one to eight axes");

    void read(description& from) {
        std::apply([&](auto&... bins) { (bins.read(from), ...); }, bins_);
    }
    // Where the cells begin, of which there have to be size().
    void put(Cell* cells) {
        cells_ = origin_ = cells;
        std::ptrdiff_t stride = 1;
        std::size_t number = 0;
        const auto next = [&](const auto& bins) {
            origin_ += bins.has_underflow ? stride : 0;
            strides_[number++] = stride;
            stride *= bins.size() + bins.has_underflow + bins.has_overflow;
        };
        std::apply([&](const auto&... bins) { (next(bins), ...); }, bins_);
        size_ = static_cast<std::size_t>(stride);
    }

    const std::tuple<Bins...>& bins() const { return bins_; }
    Cell* cells() const { return cells_; }
    std::size_t size() const { return size_; }
    DOUBLET_INLINE bool is_empty() const { return origin_ == nullptr; }

    // The cell at indices 0, from where `find` looks.
    DOUBLET_INLINE Cell* origin() const { return origin_; }
    // The cell for these values, null if there is none.
    template <std::size_t... I, class... Values>
    DOUBLET_INLINE Cell* find(Cell* origin, std::index_sequence<I...>, const Values&... values) const {
        Cell* at = origin;
        return (step<I>(at, std::get<I>(bins_).index(values)) && ...) ? at : nullptr;
    }
    // The cell at these indices: -1 is the underflow, the size of the axis the overflow. Null if there is none.
    template <std::size_t... I>
    Cell* at(std::index_sequence<I...>, const std::array<int, rank>& index) const {
        Cell* at = origin_;
        return ((index[I] >= -1 && index[I] <= std::get<I>(bins_).size() && step<I>(at, index[I])) && ...) ? at : nullptr;
    }
    // Whether an axis has to grow for these values.
    template <std::size_t... I, class... Values>
    bool outgrown(std::index_sequence<I...>, const Values&... values) const {
        return (outgrown<I>(values) || ...);
    }

private:
    template <std::size_t I>
    DOUBLET_INLINE bool step(Cell*& at, int index) const {
        using Axis = std::tuple_element_t<I, std::tuple<Bins...>>;
        if constexpr (!Axis::has_underflow)
            if (index < 0) return false;
        if constexpr (!Axis::has_overflow)
            if (index >= std::get<I>(bins_).size()) return false;
        if constexpr (I == 0) at += index;
        else at += index * strides_[I];
        return true;
    }
    template <std::size_t I, class Value>
    bool outgrown(const Value& value) const {
        if constexpr (std::tuple_element_t<I, std::tuple<Bins...>>::grows) return std::get<I>(bins_).outgrown(value);
        else return false;
    }

    Cell* origin_ = nullptr;  // the cell at indices 0
    std::array<std::ptrdiff_t, rank> strides_{};
    std::tuple<Bins...> bins_;
    Cell* cells_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace doublet::detail

#endif
