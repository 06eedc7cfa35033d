// Memory that C++ frees while Python's arrays look at it.
#ifndef DOUBLET_RUNTIME_VIEWS_HPP
#define DOUBLET_RUNTIME_VIEWS_HPP

#include <link.h>

#include <cstdint>

namespace doublet::detail {

// As dlsym, but gives for the functions that free memory those that keep it as long as there are views of it, and for those
// that open files those that tell.
void* symbol_for_cells(void* library, const char* name);

// Has a library keep, too, what it frees.
void keep_for_views(const link_map* library);

// Keeps memory for what is no view, but has to be read: an object at an address; of one address, the numbers differ.
void pin(std::uintptr_t at, int number);
void unpin(std::uintptr_t at, int number);

// Notes that what a view shows has been destroyed in its place, and has Python told of all that is noted: at once if this thread
// has Python's lock.
void note_left(std::uintptr_t at, const void* view);
void tell_of_left();

}  // namespace doublet::detail

#endif
