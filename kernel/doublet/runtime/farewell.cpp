// What is told before the process ends by a crash that nothing can be done about.
#include "farewell.hpp"

#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "checkpoint.hpp"
#include "python.hpp"

namespace doublet::detail {

namespace {

constexpr timespec long_enough = {0, 500'000'000};  // for the threads that hand text over

const char* file_of(std::uintptr_t counter) {
    Dl_info info;
    if (!dladdr(reinterpret_cast<void*>(counter), &info) || !info.dli_fname) return "code that no file holds";
    const char* slash = std::strrchr(info.dli_fname, '/');
    return slash ? slash + 1 : info.dli_fname;
}

// Where Python is, by the functions nearest to it; made without Python's help, which may be impossible now.
void tell_where_python_is(char* into, std::size_t size) {
    constexpr int most_lines = 6;
    *into = '\0';
    auto* dump = reinterpret_cast<void (*)(int, void*)>(dlsym(RTLD_DEFAULT, "_Py_DumpTraceback"));
    void* state = PyGILState_GetThisThreadState();
    const int file = memfd_create("doublet-python-stack", MFD_CLOEXEC);
    if (!dump || !state || file < 0) return;
    dump(file, state);
    const ssize_t got = pread(file, into, size - 1, 0);
    close(file);
    into[got > 0 ? got : 0] = '\0';
    char* end = into;
    for (int line = 0; line < most_lines && *end; ++line) end = std::strchr(end, '\n') ? std::strchr(end, '\n') + 1 : end + std::strlen(end);
    *end = '\0';
}

}  // namespace

void end_with(int signal_number, const char* cause, const char* text) {
    leave_word(cause);
    static_cast<void>(!::write(STDERR_FILENO, text, std::strlen(text)));
    if (Py_IsInitialized() && PyGILState_Check()) PyEval_SaveThread();  // nothing of this thread's goes on
    timespec rest = long_enough;
    while (nanosleep(&rest, &rest)) {
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void end_where_nothing_is_guarded(int signal_number, const void* address, std::uintptr_t counter, bool has_guarded_python) {
    char text[3000], stack[2000];
    tell_where_python_is(stack, sizeof stack);
    const char* reason = has_guarded_python ? "Python code that C++ has called cannot be left halfway" : "it is not C++ that a cell runs";
    std::snprintf(text, sizeof text, "doublet: the process ends, for %s has crashed (%s, address %p), and %s\n%s", file_of(counter),
                  strsignal(signal_number), address, reason, stack);
    end_with(signal_number, sigabbrev_np(signal_number), text);
}

}  // namespace doublet::detail
