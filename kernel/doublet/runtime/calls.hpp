// The calls on a thread's stack.
#ifndef DOUBLET_RUNTIME_CALLS_HPP
#define DOUBLET_RUNTIME_CALLS_HPP

#include <cstddef>
#include <cstdint>

namespace doublet::detail {

// Fills in the instructions of this thread's stack, innermost first, from a handler or a call on; what is beyond an
// address belongs to others. `from` is the instruction that has been interrupted, 0 for none, and `stack` where its stack
// was. Returns how many there are.
std::size_t calls(const void* end, std::uintptr_t from, const void* stack, std::uintptr_t* into, std::size_t room);

}  // namespace doublet::detail

#endif
