// Other functions in the place of those that a library imports.
#ifndef DOUBLET_RUNTIME_IMPORTS_HPP
#define DOUBLET_RUNTIME_IMPORTS_HPP

#include <link.h>

namespace doublet::detail {

struct Replacement {
    const char* name;
    void* function;
    void** original = nullptr;
};

// Puts another function in a table that may be write-protected; returns the one that was there.
void* exchange_function(void** place, void* by);

void replace(const link_map* library, Replacement* begin, Replacement* end);

}  // namespace doublet::detail

#endif
