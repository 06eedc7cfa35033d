// What a thread is doing, by its stack.
#ifndef DOUBLET_RUNTIME_STACK_HPP
#define DOUBLET_RUNTIME_STACK_HPP

#include <cstdint>

namespace doublet::detail {

struct Crash;
struct Point;

// `python` if Python's code is being run for the C++ code above the point, `free` if nothing of the libraries' is in the
// middle of something.
enum class Doing { busy, free, python };

// What the thread does that a signal has interrupted at a program counter. With `force`, a library that is no part of
// the system or of Doublet counts as free while it computes, and anything that waits while it holds no lock that all
// need.
Doing doing(const Point& point, std::uintptr_t counter, bool force);

// Whether an instruction is Cling's, LLVM's included.
bool is_in_compiler(std::uintptr_t counter);

// Whether the allocator and the unwinder can be used, which a thread that was interrupted in them would wait for.
bool are_usable(long nanoseconds);

// Whether Python has frames between an instruction of this thread that was interrupted, or this place where that is 0,
// and the point. Takes note of the instructions in between as the calls of the crash.
bool meets_python(const Point& point, std::uintptr_t from, Crash& crash);

// To be called once, before the others.
void learn_stacks();

}  // namespace doublet::detail

#endif
