// Times for what waits until one.
#ifndef DOUBLET_RUNTIME_CLOCK_HPP
#define DOUBLET_RUNTIME_CLOCK_HPP

#include <time.h>

namespace doublet {

// The time so many nanoseconds from now.
inline timespec after(long nanoseconds) {
    timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += nanoseconds;
    time.tv_sec += time.tv_nsec / 1'000'000'000;
    time.tv_nsec %= 1'000'000'000;
    return time;
}

}  // namespace doublet

#endif
