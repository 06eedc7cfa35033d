// Parts of the standard library's objects that are destroyed while Python looks at them, and whose memory is not freed.
#ifndef DOUBLET_RUNTIME_ELEMENTS_HPP
#define DOUBLET_RUNTIME_ELEMENTS_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace doublet::detail {

// Whether Python looks at any part that could be.
extern std::atomic<bool> has_elements;

// Notes a view of a part of a whole of this kind; `size` is that of an array, 0 of others; `state` is where an optional or variant
// says what it holds, or the number of an object's layout. Returns whether the part is there; one that an iterator goes to may have been destroyed before.
bool add_element(std::uintptr_t at, const void* view, std::size_t size, std::uintptr_t whole, int kind, std::size_t state);
void remove_element(std::uintptr_t at, const void* view, std::uintptr_t whole, int kind);

void look_for_destroyed(long method);

// After C++ has run, as a function that Python has called (a method of cppyy's), or as a cell (0): notes what it has destroyed.
inline void look_at_elements(long method) {
    if (has_elements.load(std::memory_order_relaxed)) look_for_destroyed(method);
}

}  // namespace doublet::detail

#endif
