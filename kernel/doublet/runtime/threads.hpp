// C++ threads: which cell has started one, and what becomes of one that crashes.
#ifndef DOUBLET_RUNTIME_THREADS_HPP
#define DOUBLET_RUNTIME_THREADS_HPP

#include <atomic>

#include "guard.hpp"

namespace doublet::detail {

// The cell that has started this thread, or the thread that did; 0 if it is Python's.
int cell_of_thread();

// How many have failed since this was last asked.
extern std::atomic<int> failures;

bool take_first_failure(Crash& into);

// Whether a thread has failed since this was last asked, and how: the first of them.
inline bool take_failure(Crash& into) { return failures.load(std::memory_order_relaxed) && take_first_failure(into); }

}  // namespace doublet::detail

#endif
