// Where to go on when C++ crashes.
#ifndef DOUBLET_RUNTIME_GUARD_HPP
#define DOUBLET_RUNTIME_GUARD_HPP

#include <setjmp.h>
#include <signal.h>

#include <cstddef>
#include <cstdint>

#include "python.hpp"

namespace doublet::detail {

// Read by Python through ctypes: the layout is engine/guard.py's.
struct Crash {
    static constexpr int exited = -1;
    static constexpr int refused = -2;  // Python has an error for what the code has asked for
    static constexpr int thrown = -3;   // an exception has left a thread
    int signal = 0;  // 0 if there was none
    int code = 0;    // the signal's, or the status that exit() was called with
    void* address = nullptr;
    void* stack = nullptr;
    int writes = 0;
    int in_thread = 0;     // of C++'s own
    char what[200] = "";  // of an exception, or of the C library where it has aborted
    static constexpr std::size_t most_calls = 32;
    std::size_t depth = 0;
    std::uintptr_t calls[most_calls] = {};  // the instructions on the stack, innermost first
};
extern Crash last_crash;

// The last one of this thread, if it has memory of its own for it, and else of all.
Crash& crash_of_thread();

// Whether the thread that runs cells is in C++ now.
bool runs_cell();

// What libstdc++ keeps of the exceptions of this thread that are being thrown or handled: as in its unwind-cxx.h.
struct InFlight {
    void* caught;
    unsigned uncaught;
};

// A place in C++ that a crash or an interrupt below it comes back to. It must be left the way it was entered.
struct Point {
    sigjmp_buf place;
    Point* outer;
    struct _ts* state;  // of the thread that had Python's lock then, which tells without a look for the own one who that was
    bool holds_interrupts;
    InFlight exceptions;
};

// What is known of a thread; small, and found without a call, for each call of Python's into C++ asks for it.
struct Watched {
    Point* nearest;       // its nearest point
    InFlight* exceptions;  // null until it has first been guarded, as the two that follow
    Crash* crash;          // its last one
    bool holds_interrupts;  // that have to wait, for Doublet is in the middle of something; as it was when a point is left
};
extern __thread Watched watched [[gnu::tls_model("initial-exec")]];

// Watches for crashes and interrupts from now on, whoever else has begun to since.
void watch_all();

// For handlers: a jump, and a call of the handler that was there before, which says whether there was one.
[[noreturn]] void go_on(Point& point, const Crash& crash);
// A jump out of a wait for a condition waits for the lock that belongs to it, which another thread may never give back:
// this ends the jump that is under way without the lock, if there is one.
void go_on_at_once();
bool call(const struct sigaction& action, int number, siginfo_t* info, void* context);

// Ends what is running as exit() would the process.
[[noreturn]] void exits(int status);

// Ends what is running if it is guarded, and there is an error of Python's to tell why.
void end_refused();
// Ends it as a failed assert() does, see exit.hpp.
[[noreturn]] void fails(const char* assertion, const char* file, unsigned line, const char* function);

// Gives a thread its stack for handlers.
void prepare_thread();

inline void enter(Point& point) {
    if (!watched.exceptions) prepare_thread();
    point.exceptions = *watched.exceptions;
    point.state = _PyThreadState_UncheckedGet();
    point.holds_interrupts = watched.holds_interrupts;
    point.outer = watched.nearest;
    watched.nearest = &point;
}

inline void leave(Point& point) {
    watched.holds_interrupts = point.holds_interrupts;
    watched.nearest = point.outer;
}

void arrive();

// Runs a function; says whether it came to its end, and not to a crash or an interrupt, which is then the last one.
// What the function has on its stack is not destroyed then.
template <class Function>
[[gnu::noinline]] bool guarded(Function&& run) {
    Point point;
    if (sigsetjmp(point.place, 0)) {
        arrive();
        return false;
    }
    enter(point);
    try {
        run();
    } catch (...) {
        leave(point);
        throw;
    }
    leave(point);
    return true;
}

}  // namespace doublet::detail

#endif
