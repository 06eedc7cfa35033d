// Crashes of C++ that cells run or Python calls: the thread goes on at the nearest point that was guarded.
//
// A handler runs on a stack of its own, for the thread's may have overflown. It never jumps over Python's frames, whose
// interpreter would be left in the middle of something; and where nothing is guarded it does what was done before.
#include "guard.hpp"

#include "doublet/streams.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "python.hpp"

namespace __cxxabiv1 {
// As in libstdc++: unwind-cxx.h.
struct __cxa_eh_globals {
    void* caughtExceptions;
    unsigned int uncaughtExceptions;
};
}  // namespace __cxxabiv1

namespace doublet::detail {

Crash last_crash;

namespace {

constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM};
struct sigaction before[NSIG];

thread_local Point* nearest = nullptr;

// The crash whose stack is being walked, which may crash by itself: where a bad pointer was called, there is no code.
thread_local const Crash* walked = nullptr;

// Where Python's evaluator is: a frame inside it is one of Python's.
std::uintptr_t evaluator_begin = 0, evaluator_end = 0;

constexpr std::size_t alternate_size = 128 * 1024;

pthread_key_t alternate;

// Each thread that is guarded gets its stack for handlers when it first is.
void give_alternate() {
    if (pthread_getspecific(alternate)) return;
    void* memory = mmap(nullptr, alternate_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    const stack_t stack = {memory, 0, alternate_size};
    sigaltstack(&stack, nullptr);
    pthread_setspecific(alternate, memory);
}

void take_alternate(void* memory) {
    const stack_t none = {nullptr, SS_DISABLE, 0};
    sigaltstack(&none, nullptr);
    munmap(memory, alternate_size);
}

struct Walk {
    const void* end;  // of the frames that belong to what has crashed
    int seen = 0;
    bool meets_python = false;
};

constexpr int most_walked = 4096;  // of a stack that has overflown

_Unwind_Reason_Code visit(_Unwind_Context* context, void* into) {
    auto& walk = *static_cast<Walk*>(into);
    if (reinterpret_cast<void*>(_Unwind_GetCFA(context)) > walk.end || ++walk.seen > most_walked) return _URC_END_OF_STACK;
    const auto counter = _Unwind_GetIP(context);
    if (counter >= evaluator_begin && counter < evaluator_end) walk.meets_python = true;
    return _URC_NO_REASON;
}

void pass_on(int number, siginfo_t* info, void* context) {
    if (call(before[number], number, info, context)) return;
    signal(number, SIG_DFL);
    raise(number);
}

// A thread that was there before the crash asks the allocator, for the one that crashed would wait for good if it was
// the allocator that did, and held its lock.
struct Probe {
    sem_t asked, answered;
    static void* run(void* into) {
        auto& probe = *static_cast<Probe*>(into);
        for (;;) {
            while (sem_wait(&probe.asked)) {
            }
            static_cast<void>(mallinfo2());  // locks all of it
            sem_post(&probe.answered);
        }
    }
    Probe() {
        sem_init(&asked, 0, 0);
        sem_init(&answered, 0, 0);
        pthread_t thread;
        if (pthread_create(&thread, nullptr, run, this) == 0) pthread_detach(thread);
    }
    bool is_answered() {
        sem_post(&asked);
        timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 300'000'000;
        until.tv_sec += until.tv_nsec / 1'000'000'000;
        until.tv_nsec %= 1'000'000'000;
        int failed;
        while ((failed = sem_timedwait(&answered, &until)) && errno == EINTR) {
        }
        return !failed;
    }
};
Probe* probe = nullptr;

// Where nothing can be allocated any more, nothing can go on.
void survive() {
    if (probe->is_answered()) return;
    constexpr char text[] = "doublet: the crash has left the heap locked, so the process cannot go on\n";
    static_cast<void>(!::write(STDERR_FILENO, text, sizeof text - 1));
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
}

}  // namespace

void go_on(Point& point, const Crash& crash) {
    streams::unlock_files();
    last_crash = crash;
    nearest = point.outer;
    auto* globals = abi::__cxa_get_globals();
    globals->caughtExceptions = point.caught;
    globals->uncaughtExceptions = point.uncaught;
    siglongjmp(point.place, 1);
}

bool meets_python(const Point& point, const Crash& crash) {
    Walk walk{&point};
    walked = &crash;
    _Unwind_Backtrace(visit, &walk);
    walked = nullptr;
    return walk.meets_python;
}

Point* nearest_point() { return nearest; }

bool call(const struct sigaction& action, int number, siginfo_t* info, void* context) {
    if (action.sa_flags & SA_SIGINFO) action.sa_sigaction(number, info, context);
    else if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) action.sa_handler(number);
    else return false;
    return true;
}

namespace {

void handle(int number, siginfo_t* info, void* context) {
    Point* point = nearest;
    const bool is_own = number != SIGTERM || (info->si_code <= 0 && info->si_pid == getpid());
    if (!point || !is_own) return pass_on(number, info, context);
    if (auto* crash = std::exchange(walked, nullptr)) go_on(*point, *crash);
    survive();  // before the stack is walked, for which memory may be allocated
    const auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    Crash crash;
    crash.signal = number;
    crash.code = info->si_code;
    crash.address = info->si_addr;
    crash.stack = reinterpret_cast<void*>(registers[REG_RSP]);
    crash.writes = number == SIGSEGV && registers[REG_ERR] & 2;
    if (meets_python(*point, crash)) return pass_on(number, info, context);
    go_on(*point, crash);
}

}  // namespace

void enter(Point& point) {
    give_alternate();
    auto* globals = abi::__cxa_get_globals();
    point.caught = globals->caughtExceptions;
    point.uncaught = globals->uncaughtExceptions;
    point.holds_gil = PyGILState_Check();
    point.outer = nearest;
    nearest = &point;
}

void leave(Point& point) { nearest = point.outer; }

namespace {

void end(int reason, int status) {
    Crash crash;
    crash.signal = reason;
    crash.code = status;
    if (nearest && !meets_python(*nearest, crash)) go_on(*nearest, crash);
}

}  // namespace

void exits(int status) {
    end(Crash::exited, status);
    std::exit(status);
}

void end_refused() { end(Crash::refused, 0); }

namespace {

void find_evaluator() {
    Dl_info info;
    const ElfW(Sym)* symbol = nullptr;
    void* found = dlsym(RTLD_DEFAULT, "_PyEval_EvalFrameDefault");
    if (!found || !dladdr1(found, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)), RTLD_DL_SYMENT) || !symbol) return;
    evaluator_begin = reinterpret_cast<std::uintptr_t>(found);
    evaluator_end = evaluator_begin + symbol->st_size;
}

}  // namespace

void watch_all() {
    struct sigaction action = {};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (const int number : signals) {
        struct sigaction last;
        sigaction(number, &action, &last);
        if (last.sa_sigaction != handle) before[number] = last;
    }
    watch_for_interrupts();
}

}  // namespace doublet::detail

// Begins to watch for crashes, and tells where the last one is kept.
extern "C" doublet::detail::Crash* doublet_guard() {
    using namespace doublet::detail;
    pthread_key_create(&alternate, take_alternate);
    probe = new Probe;
    find_evaluator();
    watch_all();
    return &last_crash;
}

extern "C" void doublet_watch() { doublet::detail::watch_all(); }
