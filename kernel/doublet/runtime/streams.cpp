// What C++ writes to stdout and stderr, queued in the order written until Python takes it.
//
// One queue is the order. Everything that writes to file descriptors 1 and 2 (C and C++ streams, libraries,
// child processes) ends in two pipes, which a thread of ours empties into the queue. Two pipes alone lose the
// order between them, so C's `stderr` and `std::cerr` enter the queue directly, after the pipes have been
// emptied into it. Nothing here needs Python's GIL: C++ code may hold the GIL and write any amount.
//
// Python calls these functions by address: see engine/streams.py.
#include "doublet/streams.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.hpp"
#include "output.hpp"
#include "threads.hpp"

namespace doublet::streams {

namespace {

constexpr std::size_t pipe_size = 1 << 20;
constexpr std::size_t crowded = 64 << 20;
constexpr std::size_t most_of_a_cell = 12 << 20;  // what is more than a page can show is left out, but for its end
constexpr std::size_t most_of_its_end = 64 << 10;
constexpr std::size_t smallest_piece = 256;
constexpr std::size_t smallest_page = 4096;
constexpr std::size_t longest_prompt = 4096;
constexpr long breath = 10'000'000;     // ns between two deliveries, unless somebody waits
constexpr long hesitation = 30'000'000; // ns that the beginning of a line waits for its end, or to become a prompt
constexpr long patience = 100'000'000;  // ns that a writer waits at most when the queue is crowded

// After so many reads without waiting the reader pauses, for each write that wakes it costs the writer time. It
// does not always pause, because two pipes keep the order between them only as long as it follows the writer.
constexpr int many_writes = 20;
constexpr useconds_t nap = 1000;

// Text of one stream: followed by `room` bytes, of which those from `taken` to `size` are to be delivered.
struct Piece {
    Piece* next;
    int fd;
    int cell;
    std::size_t room, size, taken;
    char* text() { return reinterpret_cast<char*>(this + 1); }
};

struct State {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
    pthread_cond_t taken = PTHREAD_COND_INITIALIZER;
    Piece* first = nullptr;
    Piece* last = nullptr;
    std::size_t total = 0;    // bytes ever queued
    std::size_t waiting = 0;  // bytes in the queue
    std::size_t urgent = 0;   // somebody waits for the delivery of the first so many bytes
    timespec next_take{};     // not before this, unless urgent
    timespec next_line{};     // nor before this if it would be the beginning of a line
    std::string* line = nullptr;  // what stdout has of the line that is not over
    std::atomic<int> cell{0};                // whose output is being written
    std::size_t allowance = SIZE_MAX;  // so many bytes of output may still be queued
    struct End {
        std::string text;
        std::size_t left_out = 0;  // bytes before it
    }* ends_of = nullptr;          // for each stream, if there was more
    int ends[2] = {-1, -1};   // the reading ends of the pipes
    int wake = -1;
    char* buffer = nullptr;
    pthread_t relay{};
    std::atomic<bool> running{false};
    pid_t pid = -1;
    std::atomic<int> user_stderr{-1};  // where fd 2 led before the compiler's messages were kept aside
    pthread_t compiling{};
};

State state;

// Holds the lock, and signals back: a handler that jumps out of the user's code must not leave it taken.
class Locked {
public:
    Locked() {
        sigset_t held;
        sigfillset(&held);
        for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&held, fault);
        pthread_sigmask(SIG_BLOCK, &held, &before_);
        pthread_mutex_lock(&state.mutex);
    }
    ~Locked() {
        pthread_mutex_unlock(&state.mutex);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

private:
    sigset_t before_;
};

bool is_before(const timespec& one, const timespec& other) {
    return one.tv_sec < other.tv_sec || (one.tv_sec == other.tv_sec && one.tv_nsec < other.tv_nsec);
}

// The functions from here to wait_for_text are called with the lock held.

// Whether the newest text is the beginning of a line of stdout.
bool is_line_begun() { return state.last && state.last->fd == STDOUT_FILENO && !state.line->empty(); }

void note_line(const char* data, std::size_t size) {
    if (state.waiting == 0 || !is_line_begun()) state.next_line = after(hesitation);
    const auto* newline = static_cast<const char*>(memrchr(data, '\n', size));
    if (newline) state.line->clear();
    const char* begin = newline ? newline + 1 : data;
    state.line->append(begin, data + size);
    if (state.line->size() > longest_prompt) state.line->erase(0, state.line->size() - longest_prompt);
}

void queue(int fd, const char* data, std::size_t size) {
    Piece* piece = state.last;
    const int cell = detail::cell_of_thread() ? detail::cell_of_thread() : state.cell.load();
    if (!piece || piece->fd != fd || piece->cell != cell || piece->room - piece->size < size) {
        std::size_t room = piece && piece->fd == fd ? 2 * piece->room : smallest_piece;
        if (room > pipe_size) room = pipe_size;
        if (room < size) room = size;
        piece = static_cast<Piece*>(std::malloc(sizeof(Piece) + room));
        if (!piece) return;
        *piece = {nullptr, fd, cell, room, 0, 0};
        (state.last ? state.last->next : state.first) = piece;
        state.last = piece;
    }
    std::memcpy(piece->text() + piece->size, data, size);
    piece->size += size;
    state.total += size;
    state.waiting += size;
    pthread_cond_signal(&state.arrived);
}

void queue(int fd, const std::string& text) { queue(fd, text.data(), text.size()); }

// Keeps the end of what there is too much of.
void keep_end(int fd, const char* data, std::size_t size) {
    auto& end = state.ends_of[fd];
    if (state.allowance > 0) queue(fd, "\n[more follows, of which only the end will be shown]\n");
    state.allowance = 0;
    const std::size_t more = size > most_of_its_end ? size - most_of_its_end : 0;
    end.text.append(data + more, size - more);
    end.left_out += more;
    if (end.text.size() <= 2 * most_of_its_end) return;
    end.left_out += end.text.size() - most_of_its_end;
    end.text.erase(0, end.text.size() - most_of_its_end);
}

void append(int fd, const char* data, std::size_t size) {
    const bool is_output = fd == STDOUT_FILENO || fd == STDERR_FILENO;
    if (is_output && size > state.allowance) return keep_end(fd, data, size);
    if (fd == STDOUT_FILENO) note_line(data, size);
    queue(fd, data, size);
    if (is_output) state.allowance -= size;
}

// Queues the ends that have been kept, from where a line begins.
void queue_ends() {
    for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
        auto end = std::exchange(state.ends_of[fd], {});
        const std::size_t begin = end.left_out ? end.text.find('\n') + 1 : 0;
        end.left_out += begin;
        if (end.left_out) queue(fd, "[" + std::to_string(end.left_out) + " bytes are left out here]\n");
        if (end.text.size() > begin) queue(fd, end.text.substr(begin));
    }
}

void drop_first() {
    Piece* piece = state.first;
    state.first = piece->next;
    if (!state.first) state.last = nullptr;
    std::free(piece);
}

// One read takes all that a pipe can hold.
void empty_pipes() {
    for (int i : {0, 1}) {
        ssize_t size = read(state.ends[i], state.buffer, pipe_size);
        if (size > 0) append(i + 1, state.buffer, size);
    }
}

// Slows a writer down that is faster than the delivery, but never stops it: it may hold the GIL.
void wait_if_crowded() {
    if (state.waiting < crowded) return;
    timespec limit = after(patience);
    while (state.waiting >= crowded && pthread_cond_timedwait(&state.taken, &state.mutex, &limit) == 0) {}
}

// Returns once there is text whose time has come, or after stop(). While it waits, take_line() may take back what there is.
void wait_for_text() {
    do {
        while (state.waiting == 0 && state.running) pthread_cond_wait(&state.arrived, &state.mutex);
        while (state.waiting > 0 && state.running && state.urgent <= state.total - state.waiting && state.waiting < pipe_size) {
            const timespec& until = is_line_begun() && is_before(state.next_take, state.next_line) ? state.next_line : state.next_take;
            if (pthread_cond_timedwait(&state.arrived, &state.mutex, &until) != 0) break;
        }
    } while (state.waiting == 0 && state.running);
}

void* relay(void*) {
    pollfd polled[] = {{state.ends[0], POLLIN, 0}, {state.ends[1], POLLIN, 0}, {state.wake, POLLIN, 0}};
    for (int busy = 0; state.running; ++busy) {
        if (poll(polled, 3, 0) == 0) {
            busy = 0;
            poll(polled, 3, -1);
        }
        if (busy > many_writes) usleep(nap);
        Locked lock;
        empty_pipes();
        wait_if_crowded();
    }
    return nullptr;
}

// Whether what C's stdout or stderr writes now belongs into the queue: not in a forked child, not when the user has
// redirected it, and not when this thread is compiling and its messages are kept aside.
bool is_queued(int fd) {
    if (!state.running || getpid() != state.pid) return false;
    if (fd == STDERR_FILENO && is_kept()) return !pthread_equal(state.compiling, pthread_self());
    struct stat now, ours;
    return fstat(fd, &now) == 0 && fstat(state.ends[fd - 1], &ours) == 0 && now.st_ino == ours.st_ino
        && now.st_dev == ours.st_dev;
}

// Whether another thread's messages are kept aside, which stays so.
bool is_kept_elsewhere() { return is_kept() && !pthread_equal(state.compiling, pthread_self()); }

}  // namespace

bool enter(int fd, const char* data, std::size_t size) {
    if (!is_queued(fd)) return false;
    // A wild pointer faults here, while no lock is held.
    for (std::size_t i = 0; i < size; i += smallest_page) (void)*(const volatile char*)(data + i);
    if (size > 0) (void)*(const volatile char*)(data + size - 1);
    const int before = errno;
    Locked lock;
    empty_pipes();
    append(fd, data, size);
    wait_if_crowded();
    errno = before;
    return true;
}

// Starts the thread that empties the two pipes, whose reading ends do not block.
void start(int stdout_end, int stderr_end) {
    if (!state.buffer) {
        take_files();
        state.line = new std::string;
        state.ends_of = new State::End[STDERR_FILENO + 1];
        state.buffer = static_cast<char*>(std::malloc(pipe_size));
    }
    Locked lock;  // the thread inherits that signals are held: an interrupt is for the user's threads
    state.ends[0] = stdout_end;
    state.ends[1] = stderr_end;
    state.wake = eventfd(0, EFD_CLOEXEC);
    state.pid = getpid();
    state.running = true;
    pthread_create(&state.relay, nullptr, relay, nullptr);
}

// Ends the thread and empties the pipes a last time; take() gives what is left, then 0.
void stop() {
    state.running = false;
    eventfd_write(state.wake, 1);
    pthread_join(state.relay, nullptr);
    close(state.wake);
    Locked lock;
    empty_pipes();
    pthread_cond_signal(&state.arrived);
}

// How many bytes have been written since the first start; their delivery is then hurried.
std::size_t written() {
    // stdout has a buffer again only if the user gave it one; a lock that a crash left taken must not stop us.
    if (ftrylockfile(stdout) == 0) {
        fflush_unlocked(stdout);
        funlockfile(stdout);
    }
    Locked lock;
    if (state.running) empty_pipes();
    if (state.ends_of) queue_ends();
    state.urgent = state.total;
    if (state.line) state.line->clear();  // everybody is about to see it
    if (state.waiting > 0) pthread_cond_signal(&state.arrived);
    return state.total;
}

// What has been written to stdout since its last line ended; as far as nobody has seen it yet, it is taken back.
std::string take_line() {
    Locked lock;
    if (!state.running) return {};
    empty_pipes();
    std::string line;
    if (is_line_begun()) {
        Piece& piece = *state.last;
        const std::size_t unseen = std::min(piece.size - piece.taken, state.line->size());
        piece.size -= unseen;
        state.total -= unseen;
        state.waiting -= unseen;
    }
    line.swap(*state.line);
    return line;
}

// Waits for text, copies at most `room` bytes of one stream and tells which, and of which cell; 0 after stop().
std::size_t take(char* into, std::size_t room, int* fd, int* cell) {
    Locked lock;
    wait_for_text();
    while (state.first && state.first->taken == state.first->size) drop_first();
    Piece* piece = state.first;
    if (!piece) return 0;
    std::size_t size = piece->size - piece->taken;
    if (size > room) size = room;
    std::memcpy(into, piece->text() + piece->taken, size);
    *fd = piece->fd;
    *cell = piece->cell;
    piece->taken += size;
    state.waiting -= size;
    if (piece->taken == piece->size) drop_first();
    if (state.waiting == 0) state.next_take = after(breath);
    pthread_cond_broadcast(&state.taken);
    return size;
}

// Keeps aside, in the file `messages`, what this thread writes to stderr and anyone to fd 2.
void begin_compile(int messages) {
    if (is_kept_elsewhere()) return;
    state.compiling = pthread_self();
    if (!is_kept()) state.user_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(messages, STDERR_FILENO);
}

// Ends that, and any that it was begun in; the first thing that a compiled cell calls. Does nothing when nothing is kept aside.
void end_compile() {
    if (!is_kept() || is_kept_elsewhere()) return;
    dup2(state.user_stderr, STDERR_FILENO);
    close(state.user_stderr);
    state.user_stderr = -1;
}

bool is_kept() { return state.user_stderr >= 0; }

// Queues a message for Python under a number of its own, in order with the output; false if nobody takes it.
bool post(int channel, const char* data, std::size_t size) {
    if (!state.running || getpid() != state.pid) return false;
    if (size == 0) return true;  // a piece without text would end the delivery
    std::cout.flush();
    Locked lock;
    empty_pipes();
    append(channel, data, size);
    wait_if_crowded();
    return true;
}

int cell() { return state.cell; }

// From here on output is that of another cell.
void begin_cell(int number) {
    Locked lock;
    state.cell = number;
    state.allowance = most_of_a_cell;
}

// The addresses that Python calls, in the order that it expects.
void addresses(void** into) {
    void* const all[] = {(void*)start,         (void*)stop,        (void*)written,   (void*)take,
                         (void*)begin_compile, (void*)end_compile, (void*)begin_cell};
    std::memcpy(into, all, sizeof all);
}

}  // namespace doublet::streams

extern "C" void doublet_streams(void** into) { doublet::streams::addresses(into); }
