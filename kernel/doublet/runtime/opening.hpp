// Which files are opened.
#ifndef DOUBLET_RUNTIME_OPENING_HPP
#define DOUBLET_RUNTIME_OPENING_HPP

#include <link.h>

namespace doublet::detail {

// What takes note of a file and opens it, in the place of a function that opens one; null for other names.
void* opening_function(const char* name);

// Has a library tell which files it opens, too.
void hear_of_files(const link_map* library);

}  // namespace doublet::detail

#endif
