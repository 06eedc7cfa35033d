// The limit on memory that engine/memory.py sets.
#include "memory.hpp"

#include <sys/resource.h>

namespace doublet::detail {

void lift_memory() {
    rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace doublet::detail

extern "C" void doublet_lift_memory() { doublet::detail::lift_memory(); }
