// The signals that Doublet has for itself, each with a number of its own; SIGRTMIN is the C library's to say.
#ifndef DOUBLET_RUNTIME_SIGNALS_HPP
#define DOUBLET_RUNTIME_SIGNALS_HPP

#include <signal.h>

namespace doublet::detail {

// An interrupt looks again; Python's lock is asked for; what runs is exchanged for what was set aside;
// what runs in the background is stopped.
inline int again() { return SIGRTMIN + 7; }
inline int please_lend() { return SIGRTMIN + 8; }
inline int exchange_signal() { return SIGRTMIN + 9; }
inline int stop_signal() { return SIGRTMIN + 10; }

}  // namespace doublet::detail

#endif
