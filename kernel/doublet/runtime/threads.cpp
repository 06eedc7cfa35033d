// C++ threads: which cell has started one, and what becomes of one that crashes.
//
// The C++ library starts them all, so it is given another pthread_create. What ends a thread, a crash or an exception
// that nobody catches, ends only that: the cell that is running is told at its end, and if there is none, the output.
#include "threads.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cell.hpp"
#include "doublet/streams.hpp"
#include "guard.hpp"
#include "imports.hpp"

namespace doublet::detail {

std::atomic<int> failures = 0;

namespace {

constexpr int channel = 4;  // what engine/guard.py takes

thread_local int own_cell = 0;

std::mutex lock;
// Always kept: threads may outlive what is destroyed when the process ends.
auto* const failed = new std::vector<Crash>;

void note(const Crash& crash) {
    if (runs_cell()) {
        const std::lock_guard guard(lock);
        failed->push_back(crash);
        ++failures;
        return;
    }
    std::string text;
    for (const unsigned char byte : std::string_view(reinterpret_cast<const char*>(&crash), sizeof crash)) {
        text += "0123456789abcdef"[byte / 16];
        text += "0123456789abcdef"[byte % 16];
    }
    streams::post(channel, (text + '\n').data(), text.size() + 1);
}

// The exception that is being handled, by its type and text.
Crash thrown() {
    Crash& crash = crash_of_thread();
    crash = {};
    crash.signal = Crash::thrown;
    describe(std::current_exception(), [](const char* type, const char* what) {
        Crash& crash = crash_of_thread();
        if (!*crash.what) std::snprintf(crash.what, sizeof crash.what, *what ? "%s: %s" : "%s%s", type, what);
    });
    return crash;
}

struct Start {
    void* (*run)(void*);
    void* argument;
    int cell;
};

void* run(void* given) {
    const std::unique_ptr<Start> start(static_cast<Start*>(given));
    own_cell = start->cell;
    void* result = nullptr;
    Crash crash;
    try {
        if (guarded([&] { result = start->run(start->argument); })) return result;
        crash = crash_of_thread();
    } catch (abi::__forced_unwind&) {
        throw;
    } catch (...) {
        crash = thrown();
    }
    crash.in_thread = 1;
    note(crash);
    return nullptr;
}

int create(pthread_t* thread, const pthread_attr_t* attributes, void* (*function)(void*), void* argument) {
    const int cell = own_cell ? own_cell : streams::cell();
    auto start = std::make_unique<Start>(Start{function, argument, cell});
    const int error = pthread_create(thread, attributes, run, start.get());
    if (!error) static_cast<void>(start.release());
    return error;
}

void watch_threads() {
    auto* library = static_cast<const link_map*>(dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD));
    Replacement others[] = {{"pthread_create", reinterpret_cast<void*>(create)}};
    if (library) replace(library, std::begin(others), std::end(others));
}

}  // namespace

int cell_of_thread() { return own_cell; }

bool take_first_failure(Crash& into) {
    const std::lock_guard guard(lock);
    into = failed->front();
    failed->clear();
    failures = 0;
    return true;
}

}  // namespace doublet::detail

extern "C" void doublet_threads() { doublet::detail::watch_threads(); }
