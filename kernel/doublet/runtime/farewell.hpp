// What is told before the process ends by a crash that nothing can be done about.
#ifndef DOUBLET_RUNTIME_FAREWELL_HPP
#define DOUBLET_RUNTIME_FAREWELL_HPP

#include <cstdint>

namespace doublet::detail {

// Ends the process by a signal, when Python's threads have had the time to hand a text over; the cause is left for who keeps
// its state.
void end_with(int signal_number, const char* cause, const char* text);

// Ends it for a crash at a program counter, where nothing is guarded but maybe C++ that Python's code has been called by.
void end_where_nothing_is_guarded(int signal_number, const void* address, std::uintptr_t counter, bool has_guarded_python);

}  // namespace doublet::detail

#endif
