// Where the elements of an object are whose begin() and end() are pointers, for loops of Python's.
#ifndef DOUBLET_BOUNDS_HPP
#define DOUBLET_BOUNDS_HPP

#include <cstddef>
#include <cstdint>
#include <utility>

namespace doublet::bounds {

// The address of the first one, and how many there are.
template <class Range>
std::pair<std::uintptr_t, std::size_t> of(Range& range) {
    auto* const first = range.begin();
    auto* const last = range.end();
    return {reinterpret_cast<std::uintptr_t>(first), static_cast<std::size_t>(last - first)};
}

}  // namespace doublet::bounds

#endif
