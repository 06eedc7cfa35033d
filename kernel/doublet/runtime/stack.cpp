// What a thread is doing when a signal interrupts it, by the program counters on its stack.
//
// From innermost to outermost: the C library and others that have been loaded, then code that Cling has compiled for a
// cell, which no file holds. Python's evaluator may be anywhere in between.
#include "stack.hpp"

#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <unwind.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <vector>

#include <TInterpreter.h>

#include "aside.hpp"
#include "children.hpp"
#include "clock.hpp"
#include "cppyy.hpp"
#include "guard.hpp"
#include "python.hpp"

extern "C" const void* _Unwind_Find_FDE(void* counter, void* bases);

namespace doublet::detail {
namespace {

// Those of the C library that wait with nothing of its own locked but files, which go_on() unlocks, and leave nothing
// behind when they are left.
constexpr const char* waiting_names[] = {
    "accept", "accept4", "clock_nanosleep", "connect", "epoll_pwait", "epoll_wait", "fgetc", "fgets", "flock", "fputc", "fputs",
    "fread", "fwrite", "getc", "getdelim", "getline", "msgrcv", "nanosleep", "open", "pause", "pclose", "poll", "ppoll", "pread",
    "pselect", "pthread_clockjoin_np", "pthread_cond_clockwait", "pthread_cond_timedwait", "pthread_cond_wait", "pthread_join",
    "pthread_mutex_clocklock", "pthread_mutex_lock", "pthread_mutex_timedlock", "pthread_once", "pthread_timedjoin_np", "putc", "puts", "read",
    "readv", "recv", "recvfrom", "recvmsg", "select", "sem_clockwait", "sem_timedwait", "sem_wait", "semop", "semtimedop", "send",
    "sendmsg", "sendto", "sigsuspend", "sigwait", "sleep", "syscall", "thrd_sleep", "usleep", "wait3", "wait4", "waitid", "waitpid",
    "write", "writev"};

// Where functions begin: of those that wait, and of Python's evaluator.
std::vector<std::uintptr_t> waiting;
std::uintptr_t evaluator = 0;

// Adds a function, and what it ends with a jump to, for then it is not on the stack itself. An address that is taken for
// the goal of a jump, but is none, does no harm: no function begins there.
void add_waiting(const char* name) {
    void* const found = dlsym(RTLD_DEFAULT, name);
    Dl_info info;
    const ElfW(Sym)* symbol = nullptr;
    if (!found || !dladdr1(found, &info, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)), RTLD_DL_SYMENT) || !symbol) return;
    const auto begin = reinterpret_cast<std::uintptr_t>(found);
    waiting.push_back(begin);
    for (auto at = begin; at + 5 <= begin + symbol->st_size; ++at) {
        if (*reinterpret_cast<const unsigned char*>(at) != 0xe9) continue;
        std::int32_t distance;
        std::memcpy(&distance, reinterpret_cast<const void*>(at + 1), sizeof distance);
        waiting.push_back(at + 5 + distance);
    }
}

enum class Image { compiled, c_library, closed, open };

// Images that may not be left: Python's, Cling's, cppyy's, the loader, the unwinder, and Doublet's own.
const link_map* closed[8];
const link_map* c_library;
const link_map* cling;

const link_map* image_at(const void* address) {
    dl_find_object found;
    return address && _dl_find_object(const_cast<void*>(address), &found) == 0 ? found.dlfo_link_map : nullptr;
}

Image image(std::uintptr_t counter) {
    const auto* map = image_at(reinterpret_cast<void*>(counter));
    if (!map) return counter > 4096 ? Image::compiled : Image::closed;
    if (map == c_library) return Image::c_library;
    return std::find(std::begin(closed), std::end(closed), map) == std::end(closed) ? Image::open : Image::closed;
}

// Whether a function of a closed image may be left all the same: it is the C++ library's, a copy of which Cling takes
// from whatever image has one, or waits for a command.
bool is_open(std::uintptr_t function) {
    if (function == reinterpret_cast<std::uintptr_t>(run_command)) return true;
    static std::uintptr_t last = 0;
    static bool last_answer = false;
    if (function == last) return last_answer;
    Dl_info info;
    const char* name = dladdr(reinterpret_cast<void*>(function), &info) && info.dli_sname ? info.dli_sname : "";
    const auto begins = [&](const char* with) { return std::strncmp(name, with, std::strlen(with)) == 0; };
    last = function;
    return last_answer = begins("_ZSt") || begins("_ZNSt") || begins("_ZNKSt") || begins("_ZNSa") || begins("_ZNSs") || begins("_ZNSi") || begins("_ZNSo");
}

// Whether it is at or behind a call of the kernel.
bool is_in_kernel(std::uintptr_t counter) {
    const auto* code = reinterpret_cast<const unsigned char*>(counter);
    return (code[-2] == 0x0f && code[-1] == 0x05) || (code[0] == 0x0f && code[1] == 0x05);
}

struct Walk {
    const void* end;  // of the frames that belong to what runs above the point
    std::uintptr_t from = 0;  // the frames of the handler are left out
    bool forced = false;
    bool is_free = true;
    bool is_decided = false;
    bool meets_python = false;
    Crash* crash = nullptr;  // takes note of the instructions
    int seen = 0;
};

constexpr int most_walked = 4096;  // of a stack that has overflowed

_Unwind_Reason_Code visit(_Unwind_Context* context, void* into) {
    auto& walk = *static_cast<Walk*>(into);
    const auto counter = _Unwind_GetIP(context);
    if (walk.from && counter != walk.from) return _URC_NO_REASON;  // of the handler, on a stack of its own
    walk.from = 0;
    if (reinterpret_cast<void*>(_Unwind_GetCFA(context)) > walk.end || ++walk.seen > most_walked) return _URC_END_OF_STACK;
    if (walk.crash && walk.crash->depth < Crash::most_calls) walk.crash->calls[walk.crash->depth++] = counter;
    const auto function = _Unwind_GetRegionStart(context);
    walk.meets_python = walk.meets_python || function == evaluator;
    if (walk.is_decided) return _URC_NO_REASON;
    switch (image(counter)) {
    case Image::compiled:
        walk.is_decided = true;
        break;
    case Image::c_library:
        walk.is_free = walk.forced || std::find(waiting.begin(), waiting.end(), function) != waiting.end();
        break;
    case Image::closed:
        if (is_open(function)) break;
        walk.is_free = false;
        walk.is_decided = true;
        break;
    case Image::open:
        break;
    }
    return _URC_NO_REASON;
}

// Asks for what a thread that was interrupted may have locked: if the thread asked by itself, it could wait for good.
class Probe {
public:
    Probe() {
        sem_init(&asked_, 0, 0);
        sem_init(&answered_, 0, 0);
        pthread_t thread;
        if (pthread_create(&thread, nullptr, run, this) == 0) pthread_detach(thread);
    }
    bool is_answered(long nanoseconds) {
        const timespec until = after(nanoseconds);
        ++unanswered_;
        sem_post(&asked_);
        while (unanswered_ > 0) {
            if (sem_timedwait(&answered_, &until) == 0) --unanswered_;
            else if (errno != EINTR) return false;
        }
        return true;
    }

private:
    static void* run(void* into) {
        auto& probe = *static_cast<Probe*>(into);
        for (;;) {
            while (sem_wait(&probe.asked_)) {
            }
            void* bases[3];
            static_cast<void>(_Unwind_Find_FDE(&probe, bases));
            static_cast<void>(mallinfo2());  // locks all of it
            sem_post(&probe.answered_);
        }
    }

    sem_t asked_, answered_;
    std::atomic<int> unanswered_ = 0;
};
Probe* probe = nullptr;

constexpr long patience = 20'000'000;  // nanoseconds

}  // namespace

Doing doing(const Point& point, std::uintptr_t counter, bool force) {
    Image leaf = image(counter);
    const bool has_gil = PyGILState_Check();
    if (leaf == Image::closed && force && are_usable(patience)) {
        const auto function = _Unwind_FindEnclosingFunction(reinterpret_cast<void*>(counter));
        if (is_open(reinterpret_cast<std::uintptr_t>(function))) leaf = Image::open;
    }
    const bool waits = leaf != Image::compiled && is_in_kernel(counter);
    const bool computes = leaf == Image::compiled || (leaf == Image::open && force);
    if (!waits && !computes && !(has_gil && leaf == Image::closed)) return Doing::busy;
    if (leaf != Image::compiled && !are_usable(patience)) return Doing::busy;
    Walk walk{end_of_frames(&point), counter};
    walk.forced = force;
    walk.is_free = computes || force || leaf == Image::open;
    _Unwind_Backtrace(visit, &walk);
    if (walk.meets_python) return Doing::python;
    const bool holds_gil = has_gil && point.state != PyGILState_GetThisThreadState();  // which is Python's again when the call is over
    return walk.is_free && walk.is_decided && !holds_gil ? Doing::free : Doing::busy;
}

bool is_in_compiler(std::uintptr_t counter) { return image_at(reinterpret_cast<void*>(counter)) == cling; }

bool are_usable(long nanoseconds) { return probe->is_answered(nanoseconds); }

bool meets_python(const Point& point, std::uintptr_t from, Crash& crash) {
    Walk walk{end_of_frames(&point), from};
    walk.crash = &crash;
    _Unwind_Backtrace(visit, &walk);
    return walk.meets_python;
}

void learn_stacks() {
    probe = new Probe;
    evaluator = reinterpret_cast<std::uintptr_t>(dlsym(RTLD_DEFAULT, "_PyEval_EvalFrameDefault"));
    for (const char* name : waiting_names) add_waiting(name);
    c_library = image_at(reinterpret_cast<void*>(sem_wait));
    cling = image_at(*reinterpret_cast<void**>(gInterpreter));
    const void* const in_closed[] = {reinterpret_cast<void*>(PyGILState_Check), *reinterpret_cast<void**>(gInterpreter),
                                     reinterpret_cast<void*>(CppyyLegacy::TInterpreter::Instance), dlsym(RTLD_DEFAULT, "_ZN5Cppyy5CallVElPvmS0_"),
                                     reinterpret_cast<void*>(cppyy.create), dlsym(RTLD_DEFAULT, "__tls_get_addr"),
                                     reinterpret_cast<void*>(_Unwind_Backtrace), &last_crash};
    std::transform(std::begin(in_closed), std::end(in_closed), std::begin(closed), image_at);
}

}  // namespace doublet::detail
