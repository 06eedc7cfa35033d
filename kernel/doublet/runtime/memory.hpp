// The limit on memory that engine/memory.py sets.
#ifndef DOUBLET_RUNTIME_MEMORY_HPP
#define DOUBLET_RUNTIME_MEMORY_HPP

namespace doublet::detail {

// From here on memory may be taken without a limit: what handles an error needs some.
void lift_memory();

}  // namespace doublet::detail

#endif
