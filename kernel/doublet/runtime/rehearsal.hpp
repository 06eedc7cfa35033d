// Second processes, in which the compiler may keep what is wrong.
#ifndef DOUBLET_RUNTIME_REHEARSAL_HPP
#define DOUBLET_RUNTIME_REHEARSAL_HPP

#include <sys/types.h>

#include <initializer_list>

namespace doublet::detail {

// Forks a process that only compiles; returns its id, and 0 there. It leaves the compiler's messages in a file, and has `files` as 3, 4
// and so on. It must never touch Python, whose other threads it does not have; it keeps no other file open, and it ends with the
// thread that forked it.
pid_t fork_compiler(int messages, std::initializer_list<int> files = {});

}  // namespace doublet::detail

#endif
