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

void replace(const link_map* library, Replacement* begin, Replacement* end);

}  // namespace doublet::detail

#endif
