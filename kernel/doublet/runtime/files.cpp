// The files of C and the streams of C++ that output goes through: unbuffered, so that all of it is in order.
#include <cerrno>
#include <cstdio>
#include <ext/stdio_sync_filebuf.h>
#include <iostream>

#include <pthread.h>
#include <unistd.h>

#include "doublet/streams.hpp"
#include "output.hpp"
#include "threads.hpp"

namespace doublet::streams {

namespace {

std::size_t write_fully(int fd, const char* data, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t written = write(fd, data + done, size - done);
        if (written > 0) done += written;
        else if (errno != EINTR) break;
    }
    return done;
}

ssize_t write_stderr(void*, const char* data, std::size_t size) {
    return enter(STDERR_FILENO, data, size) ? size : write_fully(STDERR_FILENO, data, size);
}

// What comes from a thread of an earlier cell enters the queue directly, too: a pipe does not tell where it came from.
ssize_t write_stdout(void*, const char* data, std::size_t size) {
    const int own = detail::cell_of_thread();
    const bool is_late = own != 0 && own != cell();
    return is_late && enter(STDOUT_FILENO, data, size) ? size : write_fully(STDOUT_FILENO, data, size);
}

FILE* unbuffered(int fd, cookie_write_function_t* write) {
    FILE* file = fopencookie(nullptr, "w", {nullptr, write, nullptr, nullptr});
    std::setvbuf(file, nullptr, _IONBF, 0);
    file->_fileno = fd;  // for isatty(fileno(stderr)) and freopen
    return file;
}

}  // namespace

void take_files() {
    std::fflush(stdout);
    stdout = unbuffered(STDOUT_FILENO, write_stdout);
    stderr = unbuffered(STDERR_FILENO, write_stderr);

    // The library heeds only the first call. After ours, a user's does not part std::cout from printf; and
    // the wide streams have buffers of their own, for a FILE written to by both kinds refuses one of them.
    std::ios::sync_with_stdio(false);
    using Unbuffered = __gnu_cxx::stdio_sync_filebuf<char>;
    std::cin.rdbuf(new Unbuffered(stdin));
    std::cout.rdbuf(new Unbuffered(stdout));
    std::cerr.rdbuf(new Unbuffered(stderr));
    std::clog.rdbuf(std::cerr.rdbuf());
    std::wcout.setf(std::ios::unitbuf);
    std::wclog.setf(std::ios::unitbuf);
}

// Gives back the locks of stdin, stdout and stderr that this thread holds because a crash or an interrupt has jumped
// out of printf; otherwise every other thread that prints would wait forever.
void unlock_files() {
    struct Lock {  // glibc's _IO_lock_t
        int lock;
        int count;
        void* owner;
    };
    for (FILE* file : {stdin, stdout, stderr})
        while (((Lock*)file->_lock)->owner == (void*)pthread_self()) funlockfile(file);
}

}  // namespace doublet::streams
