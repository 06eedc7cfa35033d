// Numbers by which threads find what is theirs.
#ifndef DOUBLET_HISTOGRAM_THREADS_HPP
#define DOUBLET_HISTOGRAM_THREADS_HPP

#include <cstddef>

namespace doublet::detail {

inline constexpr std::size_t most_threads = 256;

// From 0, a number that no other living thread has. Throws std::length_error where there are too many.
std::size_t thread_number();

}  // namespace doublet::detail

#endif
