// Python's lock, lent while C++ that a Python cell calls keeps it: a message that interrupts, or that ends the kernel, is
// read by a Python thread.
//
// A thread of its own, which needs no lock, watches the messages' file descriptor. Where one is not dealt with, the thread
// that runs cells is asked, by a signal, to let go for a moment; it does so only where it is in nobody's code but the user's.
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <initializer_list>
#include <thread>

#include "guard.hpp"
#include "python.hpp"
#include "signals.hpp"
#include "stack.hpp"

namespace doublet::detail {
namespace {

constexpr int longest = 200;  // milliseconds

int messages = -1;
pid_t lender = 0;
const volatile int* is_reading = nullptr;  // written by the thread that reads them
std::atomic<bool> is_in_vain = false;      // nobody has dealt with the message, though it was possible
std::atomic<bool> is_asked = false;        // the thread that runs cells has not yet answered

void pause_for(int milliseconds) {
    const timespec time = {milliseconds / 1000, milliseconds % 1000 * 1'000'000L};
    nanosleep(&time, nullptr);
}

bool is_unread(int milliseconds) {
    pollfd file = {messages, POLLIN, 0};
    return poll(&file, 1, milliseconds) > 0;
}

bool is_waiting() { return *is_reading || is_unread(0); }

void lend() {
    auto* state = PyEval_SaveThread();
    int waited = 0;
    for (; waited < longest && is_waiting(); ++waited) pause_for(1);
    is_in_vain = waited == longest;
    PyEval_RestoreThread(state);
}

void on_request(int, siginfo_t*, void* context) {
    const int error = errno;
    const Point* point = watched.nearest;
    const auto counter = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
    if (point && PyGILState_Check() && doing(*point, counter, true) == Doing::free) lend();
    is_asked = false;
    errno = error;
}

// Asks the thread that runs cells, and leaves it several times as long for itself as it took to find out what it is in: the next
// request would be answered before it goes on, and it would never leave what it cannot be left in.
void ask() {
    is_asked = true;
    tgkill(getpid(), lender, please_lend());
    int waited = 0;
    for (; is_asked && is_waiting(); ++waited) pause_for(1);
    pause_for(2 + 4 * waited);
}

[[noreturn]] void watch_messages() {
    for (;;) {
        if (!is_unread(-1)) continue;
        pause_for(10);  // this is the first to know, but seldom the one to read
        while (is_waiting() && !is_in_vain) {
            if (runs_cell()) ask();
            else pause_for(2);
        }
        if (is_in_vain.exchange(false)) pause_for(1000);
    }
}

}  // namespace
}  // namespace doublet::detail

// Has the calling thread, which runs cells, lend Python's lock while messages wait to be read from a file descriptor, or
// somebody is at it.
extern "C" void doublet_lend(int file, const volatile int* reading) {
    using namespace doublet::detail;
    messages = file;
    is_reading = reading;
    lender = gettid();
    struct sigaction action = {};
    action.sa_sigaction = on_request;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);  // an interrupt comes when the lock is back
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&action.sa_mask, number);
    sigaction(please_lend(), &action, nullptr);
    std::thread(watch_messages).detach();
}
