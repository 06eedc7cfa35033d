// Crashes of C++ that cells run or Python calls: the thread goes on at the nearest point that was guarded.
//
// A handler runs on a stack of its own, for the thread's may have overflowed. It never jumps over Python's frames, whose
// interpreter would be left in the middle of something; and where nothing is guarded it does what was done before.
#include "guard.hpp"

#include "doublet/streams.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>
#include <string>
#include <utility>

#include "aside.hpp"
#include "checkpoint.hpp"
#include "children.hpp"
#include "doublet/text.hpp"
#include "farewell.hpp"
#include "imports.hpp"
#include "interrupts.hpp"
#include "opening.hpp"
#include "python.hpp"
#include "stack.hpp"
#include "views.hpp"

// Of the C library, for its own headers only.
extern "C" void _pthread_cleanup_push(_pthread_cleanup_buffer* buffer, void (*routine)(void*), void* argument);
extern "C" void _pthread_cleanup_pop(_pthread_cleanup_buffer* buffer, int execute);

namespace doublet::detail {

Crash last_crash;

__thread Watched watched;

namespace {

constexpr int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM};
struct sigaction before[NSIG];

Point* const* nearest_of_cells = nullptr;

// Where a jump that is under way goes to.
thread_local Point* goal = nullptr;

// The crash whose stack is being walked, which may crash by itself: where a bad pointer was called, there is no code.
thread_local const Crash* walked = nullptr;

constexpr std::size_t alternate_size = 128 * 1024;

pthread_key_t alternate;

// What a thread has: its stack for handlers, which grows downwards, and above it its last crash.
struct OfThread {
    std::byte stack[alternate_size];
    Crash crash;
};

void take_alternate(void* memory) {
    watched.exceptions = nullptr;
    watched.crash = nullptr;
    const stack_t none = {nullptr, SS_DISABLE, 0};
    sigaltstack(&none, nullptr);
    munmap(memory, sizeof(OfThread));
}

// As in glibc, which keeps there what it says when it aborts; nobody else can have it, so it is named with its version.
struct Reason {
    unsigned size;
    char text[];
};
Reason** reason = nullptr;

void take_reason(char* into, std::size_t size) {
    if (const Reason* found = reason ? std::exchange(*reason, nullptr) : nullptr) std::snprintf(into, size, "%s", found->text);
    into[std::strcspn(into, "\n")] = '\0';
}

void pass_on(int number, siginfo_t* info, void* context) {
    if (call(before[number], number, info, context)) return;
    leave_word(sigabbrev_np(number));
    signal(number, SIG_DFL);
    raise(number);
}

// Where nothing can be allocated any more, nothing can go on.
void survive() {
    if (are_usable(300'000'000)) return;
    end_with(SIGABRT, "a damaged heap", "doublet: the process ends, for the crash has left the heap locked, and nothing can be allocated any more\n");
}

}  // namespace

void prepare_thread() {
    watched.exceptions = reinterpret_cast<InFlight*>(abi::__cxa_get_globals());
    void* memory = mmap(nullptr, sizeof(OfThread), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    auto* own = static_cast<OfThread*>(memory);
    watched.crash = new (&own->crash) Crash;
    const stack_t stack = {own->stack, 0, alternate_size};
    sigaltstack(&stack, nullptr);
    pthread_setspecific(alternate, memory);
}

void go_on(Point& point, const Crash& crash) {
    streams::unlock_files();
    end_command();
    crash_of_thread() = last_crash = crash;
    leave(point);
    give_up_continuing();
    *watched.exceptions = point.exceptions;
    goal = &point;
    unblock_interrupts();
    siglongjmp(point.place, 1);
}

void arrive() {
    goal = nullptr;
    rest();
}

void go_on_at_once() {
    if (!goal) return;
    _pthread_cleanup_buffer last;
    _pthread_cleanup_push(&last, nullptr, nullptr);
    while (last.__prev && static_cast<void*>(last.__prev) < goal) last.__prev = last.__prev->__prev;
    _pthread_cleanup_pop(&last, false);
    siglongjmp(goal->place, 1);
}

bool call(const struct sigaction& action, int number, siginfo_t* info, void* context) {
    if (action.sa_flags & SA_SIGINFO) action.sa_sigaction(number, info, context);
    else if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN) action.sa_handler(number);
    else return false;
    return true;
}

namespace {

// Jumps to the point, unless Python is in between, which cannot be left like that.
void go_on_from(Point& point, Crash& crash, std::uintptr_t from) {
    walked = &crash;
    const bool meets = meets_python(point, from, crash);
    walked = nullptr;
    if (!meets) go_on(point, crash);
}

void handle(int number, siginfo_t* info, void* context) {
    Point* point = watched.nearest;
    const bool is_own = number != SIGTERM || (info->si_code <= 0 && info->si_pid == getpid());
    if (!is_own || (!point && number == SIGTERM)) return pass_on(number, info, context);
    if (auto* crash = point ? std::exchange(walked, nullptr) : nullptr) go_on(*point, *crash);
    survive();  // before the stack is walked, for which memory may be allocated
    const auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    const auto counter = static_cast<std::uintptr_t>(registers[REG_RIP]);
    if (point) {
        Crash crash;
        crash.signal = number;
        crash.code = info->si_code;
        crash.address = info->si_addr;
        crash.stack = reinterpret_cast<void*>(registers[REG_RSP]);
        crash.writes = number == SIGSEGV && registers[REG_ERR] & 2;
        if (number == SIGABRT) take_reason(crash.what, sizeof crash.what);
        go_on_from(*point, crash, counter);
    }
    // At once: Cling's own handler would first have a debugger list all threads, for seconds.
    end_where_nothing_is_guarded(number, info->si_addr, counter, point);
}

}  // namespace

namespace {

void end(int reason, int status) {
    Crash crash;
    crash.signal = reason;
    crash.code = status;
    if (watched.nearest) go_on_from(*watched.nearest, crash, 0);
}

}  // namespace

void exits(int status) {
    end(Crash::exited, status);
    std::exit(status);
}

void end_refused() { end(Crash::refused, 0); }

// As C's library does, but in the words of the cell, whose statements are functions for the compiler only.
void fails(const char* assertion, const char* file, unsigned line, const char* function) {
    std::string place = file, inside = clean_type(function);
    if (place.rfind("cell[", 0) == 0) place = "cell " + place.substr(5, place.size() - 6);
    inside = inside.find("doublet_") == std::string::npos ? " in " + inside : "";
    std::fprintf(stderr, "%s, line %u: assertion '%s' failed%s\n", place.c_str(), line, assertion, inside.c_str());
    std::abort();
}

Crash& crash_of_thread() { return watched.crash ? *watched.crash : last_crash; }

bool runs_cell() { return nearest_of_cells && *nearest_of_cells; }

void watch_all() {
    nearest_of_cells = &watched.nearest;
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
    reason = static_cast<Reason**>(dlvsym(RTLD_DEFAULT, "__abort_msg", "GLIBC_PRIVATE"));
    learn_stacks();
    watch_all();
    return &last_crash;
}

// Has libraries that have been loaded since the start end what is running where they would end the process, wait for
// commands as cells do, keep memory for views, and tell which files they open.
extern "C" void doublet_loaded() {
    using namespace doublet::detail;
    Dl_info info;
    link_map* own = nullptr;
    if (!dladdr1(reinterpret_cast<void*>(doublet_loaded), &info, reinterpret_cast<void**>(&own), RTLD_DL_LINKMAP)) return;
    Replacement others[] = {
        {"exit", reinterpret_cast<void*>(exits)},
        {"_exit", reinterpret_cast<void*>(exits)},
        {"_Exit", reinterpret_cast<void*>(exits)},
        {"quick_exit", reinterpret_cast<void*>(exits)},
        {"system", reinterpret_cast<void*>(run_command)},
    };
    for (const auto* library = own->l_next; library; library = library->l_next) {
        replace(library, std::begin(others), std::end(others));
        keep_for_views(library);
        hear_of_files(library);
    }
}
