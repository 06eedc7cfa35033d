#include "children.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace doublet::detail {

namespace {

thread_local volatile pid_t waited_for = 0;
thread_local pid_t ended = 0;  // that nobody has waited for since

}  // namespace

int run_command(const char* command) {
    if (!command) return 1;  // there is a shell
    if (ended && waitpid(ended, nullptr, WNOHANG)) ended = 0;
    const char* const words[] = {"sh", "-c", command, nullptr};
    pid_t child;
    if (const int error = posix_spawn(&child, "/bin/sh", nullptr, nullptr, const_cast<char* const*>(words), environ)) {
        errno = error;
        return -1;
    }
    waited_for = child;
    int status = -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    waited_for = 0;
    return status;
}

void end_command() {
    if (!waited_for) return;
    kill(waited_for, SIGINT);
    ended = waited_for;
    waited_for = 0;
}

}  // namespace doublet::detail
