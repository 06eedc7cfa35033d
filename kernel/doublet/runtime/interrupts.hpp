// Interrupts of C++ that cells run or Python calls.
#ifndef DOUBLET_RUNTIME_INTERRUPTS_HPP
#define DOUBLET_RUNTIME_INTERRUPTS_HPP

#include <signal.h>

#include <utility>

namespace doublet::detail {

// Watches for interrupts from now on, whoever else has begun to since.
void watch_for_interrupts();

// Looks again, in a moment, whether an interrupt that was kept has something to end.
void ask_again();

// What follows is the user's, until the nearest point is left; an interrupt that was held back ends it at once.
void begin_interruptible();

// Whether Python has been told of an interrupt, which it raises when it goes on.
extern volatile sig_atomic_t is_told;

// Whether Python may have been told of an interrupt since this was last asked, and not have raised it yet.
inline bool may_be_due() { return is_told && std::exchange(is_told, false); }

// Has Python raise an interrupt when it goes on.
void interrupt_python();

// For a handler that does not return, and for where it goes on instead.
void unblock_interrupts();
void rest();

}  // namespace doublet::detail

#endif
