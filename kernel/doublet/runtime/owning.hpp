// Which words of an object point to memory that it owns.
#ifndef DOUBLET_RUNTIME_OWNING_HPP
#define DOUBLET_RUNTIME_OWNING_HPP

#include <cstddef>
#include <vector>

namespace doublet::detail {

// Their offsets, by the number that doublet_owning_layout() has given.
const std::vector<std::size_t>& owning_words(std::size_t layout);

}  // namespace doublet::detail

#endif
