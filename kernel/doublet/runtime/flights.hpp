// The errors that calls from Python into C++ are ending with.
#ifndef DOUBLET_RUNTIME_FLIGHTS_HPP
#define DOUBLET_RUNTIME_FLIGHTS_HPP

namespace doublet::detail {

extern int airborne;  // how many there are; also read without the GIL
bool is_in_flight(const void* arguments);

// Whether cppyy calls another overload with the same arguments, though one has thrown.
inline bool is_again(const void* arguments) { return __atomic_load_n(&airborne, __ATOMIC_RELAXED) && is_in_flight(arguments); }

// Sets Python's error to the one that this call is ending with; false if it is ending with none.
bool set_error();

// Makes Python's error of the exception that is being handled.
void raise(const void* arguments);

}  // namespace doublet::detail

#endif
