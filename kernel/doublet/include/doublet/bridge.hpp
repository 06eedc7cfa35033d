// What a Python array looks like in a C++ cell: std::span for one dimension, doublet::view for more.
#ifndef DOUBLET_BRIDGE_HPP
#define DOUBLET_BRIDGE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <type_traits>

namespace doublet {

// A view of memory that somebody else owns, in `Rank` dimensions; strides count elements.
template <class T, std::size_t Rank>
class view {
public:
    constexpr view(T* data, std::array<std::ptrdiff_t, Rank> extents, std::array<std::ptrdiff_t, Rank> strides)
        : data_(data), extents_(extents), strides_(strides) {}

    template <class... Index>
    constexpr T& operator()(Index... index) const {
        static_assert(sizeof...(Index) == Rank, "one index for each dimension");
        std::ptrdiff_t offset = 0;
        std::size_t axis = 0;
        ((offset += static_cast<std::ptrdiff_t>(index) * strides_[axis++]), ...);
        return data_[offset];
    }

    constexpr std::ptrdiff_t extent(std::size_t axis) const { return extents_[axis]; }
    constexpr std::ptrdiff_t size() const {
        std::ptrdiff_t product = 1;
        for (auto extent : extents_) product *= extent;
        return product;
    }
    static constexpr std::size_t rank() { return Rank; }
    constexpr T* data() const { return data_; }

private:
    T* data_;
    std::array<std::ptrdiff_t, Rank> extents_;
    std::array<std::ptrdiff_t, Rank> strides_;
};

namespace detail {

// Writes a value from Python into a variable, unless the variable cannot hold it: a fraction in an int, say.
template <class T, class V>
void assign(T& to, const V& value) {
    if constexpr (std::is_arithmetic_v<T> && std::is_arithmetic_v<V>) {
        const auto converted = static_cast<T>(value);
        const bool both_real = std::is_floating_point_v<T> && std::is_floating_point_v<V>;
        if (!both_real && (static_cast<V>(converted) != value || (converted < T{}) != (value < V{})))
            throw std::range_error("the variable's type cannot hold this value");
        to = converted;
    } else {
        to = value;
    }
}

}  // namespace detail

}  // namespace doublet

#endif
