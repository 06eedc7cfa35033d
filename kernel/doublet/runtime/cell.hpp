// What the parts of the runtime know of each other.
#ifndef DOUBLET_RUNTIME_CELL_HPP
#define DOUBLET_RUNTIME_CELL_HPP

#include "doublet/cell.hpp"

namespace doublet::detail {

// In a process that only tries whether a text compiles, what would run is left out.
extern bool only_compiling;
void only_compile();
void stop_if_only_compiling();
std::exception_ptr take_escaped();

}  // namespace doublet::detail

#endif
