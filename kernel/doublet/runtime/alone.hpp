// The compiler while a cell is compiled: Python's threads run meanwhile, but none may use it.
#ifndef DOUBLET_RUNTIME_ALONE_HPP
#define DOUBLET_RUNTIME_ALONE_HPP

#include <sys/types.h>

#include <atomic>

struct _ts;

namespace doublet::detail {

// Of the thread that compiles: lets go of Python's lock as long as it exists, and has the compiler to itself until end_alone().
class Alone {
public:
    Alone();
    ~Alone();
    Alone(const Alone&) = delete;
    Alone& operator=(const Alone&) = delete;

private:
    _ts* state_;
};
void end_alone();

extern std::atomic<pid_t> compiling;  // the thread that has it to itself, or 0
void wait_for_other_thread();

// Waits, without Python's lock, while another thread has the compiler to itself. Each call of a C++ function asks.
inline void wait_for_compiler() {
    if (compiling.load(std::memory_order_relaxed)) [[unlikely]]
        wait_for_other_thread();
}

}  // namespace doublet::detail

#endif
