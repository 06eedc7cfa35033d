// Memory that an object has elsewhere, as a text or a vector does. What destroys the object in its place frees that, and the object
// goes on pointing to it; what changes the object has it point elsewhere.
#ifndef DOUBLET_RUNTIME_OWNED_HPP
#define DOUBLET_RUNTIME_OWNED_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace doublet::detail {

// Whether any such memory is watched.
extern std::atomic<bool> has_owned;

// Watches what an object owns whose class has this layout, as doublet_owning_layout() gives it.
void watch_owned(std::uintptr_t object, std::size_t layout);
void forget_owned(std::uintptr_t object);

// Notes that C++ frees a block; returns whether that is done here, later. `is_kept`: somebody else keeps it.
bool note_freed(void* block, bool is_kept);

// When C++ has run: whether the object has been destroyed, and, afterwards, the same again.
bool look_at_owned(std::uintptr_t object);
bool is_destroyed(std::uintptr_t object);

void hold_owned_while_forking();

}  // namespace doublet::detail

#endif
