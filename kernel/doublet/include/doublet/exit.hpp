// What ends a process, for cells: the kernel goes on, and the cell ends as after a crash.
#ifndef DOUBLET_EXIT_HPP
#define DOUBLET_EXIT_HPP

#include <cassert>
#include <cstdlib>

#include <unistd.h>

namespace doublet::detail {
[[noreturn]] void exits(int status);
[[noreturn]] void fails(const char* assertion, const char* file, unsigned line, const char* function);
}

extern "C" {
inline void exit(int status) noexcept { doublet::detail::exits(status); }
inline void _exit(int status) { doublet::detail::exits(status); }
inline void _Exit(int status) noexcept { doublet::detail::exits(status); }
inline void quick_exit(int status) noexcept { doublet::detail::exits(status); }
// What assert() calls.
inline void __assert_fail(const char* assertion, const char* file, unsigned line, const char* function) noexcept {
    doublet::detail::fails(assertion, file, line, function);
}
}

#endif
