// What a cell runs in a thread of its own, while other cells run.
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cxxabi.h>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

#include <TInterpreter.h>

#include "guard.hpp"
#include "signals.hpp"
#include "stack.hpp"

namespace doublet::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto polite = 1s;  // then it is stopped wherever it holds no lock that all need

// Its beginning is read by Python through ctypes.
struct Job {
    Crash crash;  // or an interrupt
    std::exception_ptr exception;
    std::mutex lock;
    std::condition_variable end;
    bool has_ended = false;
    std::atomic<pid_t> thread = 0;
};

void on_stop(int, siginfo_t* info, void* context) {
    Point* point = watched.nearest;
    if (!point) return;
    const auto counter = static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP];
    if (doing(*point, counter, info->si_value.sival_int) != Doing::free) return;
    Crash interruption;
    interruption.signal = SIGINT;
    go_on(*point, interruption);
}

void work(Job& job, void (*run)()) {
    job.thread = gettid();
    try {
        if (!guarded(run)) job.crash = crash_of_thread();
    } catch (abi::__forced_unwind&) {
        throw;
    } catch (...) {
        job.crash.signal = Crash::thrown;
        job.exception = std::current_exception();
    }
    job.crash.in_thread = 1;
    const std::lock_guard guard(job.lock);
    job.has_ended = true;
    job.end.notify_all();
}

bool has_ended(Job& job, std::chrono::milliseconds patience) {
    std::unique_lock guard(job.lock);
    return job.end.wait_for(guard, patience, [&] { return job.has_ended; });
}

void ask_to_stop(const Job& job, bool forced) {
    if (!job.thread) return;
    siginfo_t info = {};
    info.si_code = SI_QUEUE;
    info.si_value.sival_int = forced;
    syscall(SYS_rt_tgsigqueueinfo, getpid(), job.thread.load(), stop_signal(), &info);
}

}  // namespace
}  // namespace doublet::detail

using doublet::detail::Job;

// Runs a function that has been compiled in a thread of its own; returns the job, nullptr if there is no such function.
extern "C" Job* doublet_begin_job(const char* function) {
    using namespace doublet::detail;
    auto* const run = reinterpret_cast<void (*)()>(gInterpreter->FindSym(function));
    if (!run) return nullptr;
    struct sigaction action = {};
    action.sa_sigaction = on_stop;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(stop_signal(), &action, nullptr);
    auto* const job = new Job;
    std::thread(work, std::ref(*job), run).detach();
    return job;
}

// Waits for the end; returns whether it has come.
extern "C" bool doublet_wait_for_job(Job* job, int milliseconds) {
    return doublet::detail::has_ended(*job, std::chrono::milliseconds(milliseconds));
}

// Stops it as an interrupt does a cell; returns whether it has ended, which a library that computes may prevent.
extern "C" bool doublet_stop_job(Job* job) {
    using namespace doublet::detail;
    const auto begin = std::chrono::steady_clock::now();
    while (!has_ended(*job, 1ms)) {
        const auto waited = std::chrono::steady_clock::now() - begin;
        if (waited > 2 * polite) return false;
        ask_to_stop(*job, waited > polite);
    }
    return true;
}

// Where Python finds what it has thrown.
extern "C" void* doublet_thrown_by_job(Job* job) { return job->exception ? &job->exception : nullptr; }

// Only of a job that has ended.
extern "C" void doublet_forget_job(Job* job) { delete job; }
