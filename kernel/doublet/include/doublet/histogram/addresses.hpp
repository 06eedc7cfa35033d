// Where the histograms of a C array are, of one of pointers what they point to, in row-major order: for Python, which has
// each of them.
#ifndef DOUBLET_HISTOGRAM_ADDRESSES_HPP
#define DOUBLET_HISTOGRAM_ADDRESSES_HPP

#include <memory>
#include <type_traits>
#include <vector>

namespace doublet::detail {

template <class Part>
void add_addresses(std::vector<unsigned long>& all, const Part& part) {
    if constexpr (std::is_array_v<Part>) {
        for (const auto& each : part) add_addresses(all, each);
    } else if constexpr (std::is_pointer_v<Part>) {
        all.push_back(reinterpret_cast<unsigned long>(part));
    } else {
        all.push_back(reinterpret_cast<unsigned long>(std::addressof(part)));
    }
}

template <class Array>
std::vector<unsigned long> addresses(const Array& array) {
    std::vector<unsigned long> all;
    add_addresses(all, array);
    return all;
}

}  // namespace doublet::detail

#endif
