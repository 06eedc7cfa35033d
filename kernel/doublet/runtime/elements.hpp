// Parts of the standard library's objects that are destroyed while Python looks at them, and whose memory is not freed.
#ifndef DOUBLET_RUNTIME_ELEMENTS_HPP
#define DOUBLET_RUNTIME_ELEMENTS_HPP

#include <atomic>

namespace doublet::detail {

// Whether Python looks at any part that could be.
extern std::atomic<bool> has_elements;

void look_for_destroyed(long method);

// After C++ has run, as a function that Python has called (a method of cppyy's), or as a cell (0): notes what it has destroyed.
inline void look_at_elements(long method) {
    if (has_elements.load(std::memory_order_relaxed)) look_for_destroyed(method);
}

}  // namespace doublet::detail

#endif
