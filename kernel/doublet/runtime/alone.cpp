#include "alone.hpp"

#include <unistd.h>

#include <atomic>

#include "python.hpp"

namespace doublet::detail {

namespace {

constexpr useconds_t pause = 100;  // in microseconds

std::atomic<pid_t> compiling = 0;  // the thread that does

}  // namespace

Alone::Alone() {
    compiling = gettid();  // while no other thread of Python's runs
    state_ = PyEval_SaveThread();
}

Alone::~Alone() {
    end_alone();
    PyEval_RestoreThread(state_);
}

void end_alone() { compiling = 0; }

void wait_for_compiler() {
    if (!compiling.load(std::memory_order_relaxed)) [[likely]] return;
    const pid_t own = gettid();
    const auto is_elsewhere = [&] { return compiling && compiling != own; };
    if (!is_elsewhere()) return;
    _ts* state = PyGILState_Check() ? PyEval_SaveThread() : nullptr;
    while (is_elsewhere()) usleep(pause);
    if (state) PyEval_RestoreThread(state);
}

}  // namespace doublet::detail
