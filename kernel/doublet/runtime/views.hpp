// Memory that C++ frees while Python's arrays look at it.
#ifndef DOUBLET_RUNTIME_VIEWS_HPP
#define DOUBLET_RUNTIME_VIEWS_HPP

#include <link.h>

namespace doublet::detail {

// As dlsym, but gives for the functions that free memory those that keep it as long as there are views of it, and for those
// that open files those that tell.
void* symbol_for_cells(void* library, const char* name);

// Has a library keep, too, what it frees.
void keep_for_views(const link_map* library);

}  // namespace doublet::detail

#endif
