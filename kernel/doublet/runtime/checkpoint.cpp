// A process that keeps the state of now, for the time after a death of this one: recovery/checkpoint.py says why.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "memory.hpp"
#include "python.hpp"

namespace doublet::detail {
namespace {

// What the process that was forked has been told, line by line.
std::string* told = nullptr;

constexpr std::string_view last_word = "save\n";

// Takes what there is to read; false if the last word has been said.
bool take(int news) {
    for (char text[4096];;) {
        const ssize_t got = ::read(news, text, sizeof text);
        if (got > 0) told->append(text, got);
        else if (got == 0 || errno != EINTR) break;
    }
    return told->size() < last_word.size() || told->compare(told->size() - last_word.size(), last_word.size(), last_word) != 0;
}

// Returns when the other process is dead, or has asked for the state to be saved.
void wait_for_death(int news, int death) {
    pollfd files[] = {{death, POLLIN, 0}, {news, POLLIN, 0}};
    for (;;) {
        if (poll(files, 2, -1) < 0) continue;
        const bool goes_on = take(news);
        if (files[0].revents || !goes_on) return;
        if (files[1].revents & POLLHUP) files[1].fd = -1;  // nobody can write any more, but the process lives
    }
}

void write_number(const char* path, int number) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    char text[16];
    const int size = std::snprintf(text, sizeof text, "%d", number);
    static_cast<void>(!::write(file, text, size));
    close(file);
}

// Forks the process, which takes note of what is written to the pipe `news` and otherwise only waits; returns its id.
// Returns 0 in that process once the other one is dead or has said "save": Python may then be used, in this one thread.
// Until then it touches nothing of Python's, for what it does not change costs no memory. It keeps no file open,
// gets no signals that are for the kernel's group, and `badness` makes the system choose another one when memory runs out.
int checkpoint(int news, int badness) {
    const int death = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
    if (death < 0) return -1;
    const pid_t child = fork();
    if (child != 0) {
        close(death);
        return child;
    }
    setsid();
    prctl(PR_SET_NAME, "doublet-state");
    for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2}) std::signal(number, SIG_IGN);
    for (int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGCHLD}) std::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int ends[] = {open("/dev/null", O_RDWR), news, death};
    int high[3];
    for (int i = 0; i < 3; ++i) high[i] = fcntl(ends[i], F_DUPFD, 64);
    const int low[] = {STDIN_FILENO, 3, 4};
    for (int i = 0; i < 3; ++i) dup2(high[i], low[i]);
    for (int output : {STDOUT_FILENO, STDERR_FILENO}) dup2(STDIN_FILENO, output);
    syscall(SYS_close_range, 5u, ~0u, 0u);
    fcntl(3, F_SETFL, O_NONBLOCK);
    write_number("/proc/self/oom_score_adj", badness);
    lift_memory();
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    told = new std::string;
    wait_for_death(3, 4);
    PyOS_AfterFork_Child();
    return 0;
}

}  // namespace
}  // namespace doublet::detail

extern "C" int doublet_checkpoint(int news, int badness) { return doublet::detail::checkpoint(news, badness); }

// In the process that was forked: what it has been told.
extern "C" const char* doublet_told() { return doublet::detail::told->c_str(); }
