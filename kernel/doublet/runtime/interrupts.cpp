// Interrupts of C++: the thread that runs cells goes on at its nearest guarded point, as after a crash.
//
// It jumps only from where nothing of the libraries' is left locked or half done: code that Cling has compiled for a cell,
// and waits of the C library that such code has begun. From anywhere else it is asked again a moment later. Where Python
// has been called back, Python takes the interrupt; where Doublet itself is in the middle of something, it is kept.
#include "interrupts.hpp"

#include <signal.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "aside.hpp"
#include "guard.hpp"
#include "python.hpp"
#include "signals.hpp"
#include "stack.hpp"

namespace doublet::detail {

volatile sig_atomic_t is_told = false;
namespace {

constexpr long moment = 250'000;  // nanoseconds
constexpr long while_python_runs = 10'000'000;
constexpr long patience = 100'000'000;
constexpr long second = 1'000'000'000;

pid_t thread = 0;  // that runs cells
timer_t timer;
struct sigaction of_python;
volatile sig_atomic_t is_kept = false;
volatile sig_atomic_t is_dealt_with = false;  // for C++ has been ended by what Python had been told of
bool is_asked = false;
bool is_forced = false;  // by a second interrupt within a second
timespec last_time = {};

sigset_t both() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, again());
    return signals;
}

Crash interruption() {
    Crash crash;
    crash.signal = SIGINT;
    return crash;
}

void come_back_in(long nanoseconds) {
    itimerspec then = {};
    then.it_value.tv_nsec = nanoseconds;
    timer_settime(timer, 0, &then, nullptr);
}

// Python may return to the C++ that has called it before it looks at what it has been told of.
void tell_python(siginfo_t* info, void* context) {
    is_told = true;
    is_dealt_with = false;
    call(of_python, SIGINT, info, context);
    if (gettid() == thread && watched.nearest) come_back_in(while_python_runs);
}

// Where an interrupt is kept, but the compiler may be left for a while.
void stop_compiling(const ucontext_t& interrupted) {
    if (!is_compiling()) return;
    if (!can_be_set_aside(interrupted)) return come_back_in(moment);
    is_kept = false;
    set_aside(interrupted);
    go_on(*watched.nearest, interruption());
}

void interrupt(siginfo_t* info, void* context) {
    is_asked = false;
    Point* point = watched.nearest;
    if (watched.holds_interrupts) {
        is_kept = true;
        return stop_compiling(*static_cast<ucontext_t*>(context));
    }
    if (!point) return tell_python(info, context);
    switch (doing(*point, static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP], is_forced)) {
    case Doing::busy:
        is_asked = true;
        return come_back_in(moment);
    case Doing::python:
        return tell_python(info, context);
    case Doing::free:
        come_back_in(patience);
        go_on(*point, interruption());
    }
}

// Ends C++ instead of Python code that has ended before it took the interrupt.
void look_after(void* context) {
    Point* point = watched.nearest;
    if (!point || watched.holds_interrupts) return;
    switch (doing(*point, static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP], false)) {
    case Doing::busy:
        return come_back_in(moment);
    case Doing::python:
        return come_back_in(while_python_runs);
    case Doing::free:
        is_told = false;
        is_dealt_with = true;
        come_back_in(patience);
        go_on(*point, interruption());
    }
}

void on_interrupt(int number, siginfo_t* info, void* context) {
    if (gettid() != thread) {
        if (tgkill(getpid(), thread, number)) tell_python(info, context);  // a process that was forked has no such thread
        return;
    }
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    is_forced = is_asked && (now.tv_sec - last_time.tv_sec) * second + now.tv_nsec - last_time.tv_nsec < second;
    last_time = now;
    interrupt(info, context);
}

void on_moment(int, siginfo_t* info, void* context) {
    go_on_at_once();
    if (is_asked) interrupt(info, context);
    else if (is_kept) stop_compiling(*static_cast<ucontext_t*>(context));
    else if (is_told) look_after(context);
}

// Each handler keeps the other one away: the unwinder cannot be used twice at a time.
void handle(int number, void (*handler)(int, siginfo_t*, void*)) {
    struct sigaction action = {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    action.sa_mask = both();
    sigaction(number, &action, nullptr);
}

}  // namespace

void watch_for_interrupts() {
    struct sigaction now;
    sigaction(SIGINT, nullptr, &now);
    // Where interrupts are ignored, or end the process, they still do.
    if (now.sa_sigaction == on_interrupt || now.sa_handler == SIG_IGN || now.sa_handler == SIG_DFL) return;
    if (!thread) {
        thread = gettid();
        of_python = now;
        handle(again(), on_moment);
        sigevent event = {};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = again();
        event._sigev_un._tid = thread;
        timer_create(CLOCK_MONOTONIC, &event, &timer);
    }
    handle(SIGINT, on_interrupt);
}

void rest() {
    if (gettid() == thread) come_back_in(0);  // never, for that would end a sleep
}

void ask_again() {
    if (is_kept && gettid() == thread) come_back_in(moment);
}

void begin_interruptible() {
    watched.holds_interrupts = false;
    if (gettid() == thread && std::exchange(is_kept, false)) go_on(*watched.nearest, interruption());
}

void interrupt_python() {
    is_told = true;
    is_dealt_with = false;
    PyErr_SetInterrupt();
}

void unblock_interrupts() {
    const sigset_t signals = both();
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

namespace {

// Has interrupts of this thread kept from now on; returns whether they were before. What Python has been told before is
// raised instead, for nothing may be when this has returned.
bool hold() {
    const bool before = std::exchange(watched.holds_interrupts, true);
    if (gettid() == thread && PyErr_CheckSignals()) watched.holds_interrupts = before;
    return before;
}

// Has them kept or not, as before; Python raises what is due.
void resume(bool held) {
    watched.holds_interrupts = held;
    if (gettid() != thread) return;
    if (!held && std::exchange(is_kept, false)) interrupt_python();
    PyErr_CheckSignals();
}

void forget() { is_kept = false; }

// Python's handler takes what it has been told of; returns whether there is something for it to do.
bool take() {
    is_told = false;
    return !std::exchange(is_dealt_with, false);
}

}  // namespace
}  // namespace doublet::detail

// In the order that Python expects.
extern "C" void doublet_interrupts(void** into) {
    using namespace doublet::detail;
    into[0] = reinterpret_cast<void*>(watch_all);
    into[1] = reinterpret_cast<void*>(hold);
    into[2] = reinterpret_cast<void*>(resume);
    into[3] = reinterpret_cast<void*>(forget);
    into[4] = reinterpret_cast<void*>(take);
}
