// An interrupt while C++ runs: the thread goes on at the nearest guarded point, as after a crash.
//
// It jumps only from code that Cling has compiled, or from a wait: anywhere else the thread may hold a lock of the
// library, so it is asked again a moment later. Where Python has been called back, Python takes the interrupt.
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "guard.hpp"
#include "python.hpp"

namespace doublet::detail {
namespace {

constexpr long moment = 1'000'000;  // nanoseconds
constexpr int most_moments = 50;    // with Python's lock held, after which Python is told, too
constexpr long second = 1'000'000'000;

pthread_t interrupted;  // the thread that runs cells
timer_t timer;
bool has_timer = false;
int moments = 0;
bool is_forced = false;
timespec last_time = {};
struct sigaction before;

int again() { return SIGRTMIN + 7; }

void ask_again() {
    itimerspec in_a_moment = {};
    in_a_moment.it_value.tv_nsec = moment;
    if (has_timer) timer_settime(timer, 0, &in_a_moment, nullptr);
}

// Whether a program counter is in code of Cling's, which no file holds.
bool is_compiled_here(std::uintptr_t counter) {
    dl_find_object found;
    return counter > 4096 && _dl_find_object(reinterpret_cast<void*>(counter), &found) != 0;
}

bool is_in_kernel(std::uintptr_t counter) {
    const auto* code = reinterpret_cast<const unsigned char*>(counter);
    return !is_compiled_here(counter) && ((code[-2] == 0x0f && code[-1] == 0x05) || (code[0] == 0x0f && code[1] == 0x05));
}

bool is_one_of(const char* name, std::initializer_list<const char*> names) {
    for (const char* known : names)
        if (std::strcmp(name, known) == 0) return true;
    return false;
}

struct Wait {
    bool waits = false;
    bool holds = false;
};

_Unwind_Reason_Code look(_Unwind_Context* context, void* into) {
    auto& wait = *static_cast<Wait*>(into);
    const auto counter = _Unwind_GetIP(context);
    if (is_compiled_here(counter)) return _URC_END_OF_STACK;
    Dl_info info;
    if (!dladdr(reinterpret_cast<void*>(counter), &info) || !info.dli_sname) return _URC_NO_REASON;
    const char* name = info.dli_sname;
    wait.waits = wait.waits || is_one_of(name, {"nanosleep", "clock_nanosleep", "sleep", "usleep", "pause", "poll", "select", "epoll_wait",
                                                "pthread_cond_wait", "pthread_cond_timedwait", "pthread_cond_clockwait", "pthread_join",
                                                "pthread_mutex_lock", "_ZNSt6thread4joinEv", "sem_wait", "sem_timedwait", "read", "waitpid", "wait4", "system"});
    wait.holds = wait.holds || is_one_of(name, {"malloc", "free", "calloc", "realloc", "dlopen", "fflush", "fwrite"});
    return _URC_NO_REASON;
}

// Whether the thread waits for something, with nothing of the library's locked.
bool is_waiting(std::uintptr_t counter) {
    if (!is_in_kernel(counter)) return false;
    Wait wait;
    _Unwind_Backtrace(look, &wait);
    return wait.waits && !wait.holds;
}

void leave_to_python(int number, siginfo_t* info, void* context) {
    is_forced = false;
    call(before, number, info, context);
}

void interrupt(siginfo_t* info, void* context) {
    Point* point = nearest_point();
    const bool calls_python = point && !point->holds_gil && PyGILState_Check();
    if (!point || calls_python) return leave_to_python(SIGINT, info, context);
    const auto counter = static_cast<std::uintptr_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
    Crash crash;
    crash.signal = SIGINT;
    if (is_forced || is_compiled_here(counter) || is_waiting(counter)) {
        is_forced = false;
        if (meets_python(*point, crash)) return leave_to_python(SIGINT, info, context);
        go_on(*point, crash);
    }
    if (++moments > most_moments && point->holds_gil) return leave_to_python(SIGINT, info, context);
    ask_again();
}

void on_interrupt(int number, siginfo_t* info, void* context) {
    if (!pthread_equal(pthread_self(), interrupted)) {
        pthread_kill(interrupted, number);
        return;
    }
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    is_forced = (now.tv_sec - last_time.tv_sec) * second + now.tv_nsec - last_time.tv_nsec < second;
    last_time = now;
    moments = 0;
    interrupt(info, context);
}

void on_moment(int, siginfo_t* info, void* context) { interrupt(info, context); }

}  // namespace

void watch_for_interrupts() {
    if (!has_timer) {
        interrupted = pthread_self();
        struct sigaction moment_action = {};
        moment_action.sa_sigaction = on_moment;
        moment_action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER;
        sigaction(again(), &moment_action, nullptr);
        sigevent event = {};
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = again();
        event._sigev_un._tid = gettid();
        has_timer = timer_create(CLOCK_MONOTONIC, &event, &timer) == 0;
    }
    struct sigaction now;
    sigaction(SIGINT, nullptr, &now);
    // Where interrupts are ignored, as between cells, they still are.
    if (now.sa_sigaction == on_interrupt || now.sa_handler == SIG_IGN || now.sa_handler == SIG_DFL) return;
    before = now;
    struct sigaction action = {};
    action.sa_sigaction = on_interrupt;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(SIGINT, &action, nullptr);
}

}  // namespace doublet::detail
