// A compilation that an interrupt sets aside, and that goes on later from where it was.
#ifndef DOUBLET_RUNTIME_ASIDE_HPP
#define DOUBLET_RUNTIME_ASIDE_HPP

#include <signal.h>

namespace doublet::detail {

// From now on what this thread has on its stack below `base` may be set aside; nothing below refers to what is above.
void begin_compiling(void* base);

// Not any more. Does not return where it has been set aside meanwhile: there is nobody to return to but continued().
void end_compiling();

// Whether that may be done now to what a signal has interrupted: the compiler computes, and nothing but it waits for
// what it may have locked.
bool is_compiling();
bool can_be_set_aside(const ucontext_t& interrupted);
void set_aside(const ucontext_t& interrupted);

// Goes on with it; says whether it has come to its end, and not to a crash, or an interrupt that has set it aside again.
bool continued();
bool is_set_aside();

// Where frames end that belong to what goes on: not later than at `end`.
const void* end_of_frames(const void* end);

// For a crash or an interrupt of what goes on: returns to continued(). Does nothing at any other time.
void give_up_continuing();

}  // namespace doublet::detail

#endif
