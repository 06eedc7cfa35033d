#ifndef DOUBLET_RUNTIME_FORKING_HPP
#define DOUBLET_RUNTIME_FORKING_HPP

#include <pthread.h>

#include <atomic>
#include <mutex>

namespace doublet::detail {

// A mutex that is held while the process is forked, for the child has one thread only and could wait for it in vain. The thread
// that forks may take it meanwhile: what libraries have asked to be called then may free memory.
class ForkingMutex {
public:
    void lock() {
        if (!is_held_by_fork()) mutex_.lock();
    }
    void unlock() {
        if (!is_held_by_fork()) mutex_.unlock();
    }
    void begin_fork() {
        mutex_.lock();
        forking_ = pthread_self();
    }
    void end_fork() {  // in both processes
        forking_ = pthread_t();
        mutex_.unlock();
    }

private:
    bool is_held_by_fork() const { return pthread_equal(forking_.load(std::memory_order_relaxed), pthread_self()); }

    std::mutex mutex_;
    std::atomic<pthread_t> forking_ = pthread_t();
};

template <ForkingMutex& mutex>
void hold_while_forking() {
    pthread_atfork([] { mutex.begin_fork(); }, [] { mutex.end_fork(); }, [] { mutex.end_fork(); });
}

}  // namespace doublet::detail

#endif
