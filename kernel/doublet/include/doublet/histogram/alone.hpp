// Notices that several threads fill one histogram at the same time, which would lose entries.
#ifndef DOUBLET_HISTOGRAM_ALONE_HPP
#define DOUBLET_HISTOGRAM_ALONE_HPP

#include <atomic>

#include "bins.hpp"

namespace doublet::detail {

// Tells living threads apart, in an instruction: where the thread's own memory is.
DOUBLET_INLINE const void* this_thread() {
#if defined(__x86_64__)
    const void* found;
    asm("mov %%fs:0, %0" : "=r"(found));
    return found;
#else
    return __builtin_thread_pointer();
#endif
}

// Knows which thread has filled a histogram last. Threads may take turns, as with a mutex or one after the other: each is asked
// to wait a few microseconds when it takes over, and whoever comes to fill in that time does so at the same time.
class one_at_a_time {
public:
    one_at_a_time() = default;
    one_at_a_time(const one_at_a_time&) {}
    one_at_a_time& operator=(const one_at_a_time&) { return *this; }

    // Before an entry is filled. Throws std::logic_error if another thread does that, too.
    DOUBLET_INLINE void enter() {
        if (__builtin_expect(last_.load(std::memory_order_relaxed) != this_thread(), 0) && is_shared(this, this_thread())) fail();
    }

    // Whoever fills next is the first one.
    void forget() { last_ = nullptr, is_taken_over_ = false; }

private:
    // Whether another thread takes over now; if not, this one has done so. It is no pure function, for it changes these members,
    // but nothing else reads them but atomically: where a histogram's bins are can stay in registers over the call.
    [[gnu::pure]] static bool is_shared(const one_at_a_time* what, const void* thread) noexcept;
    [[noreturn]] static void fail();

    mutable std::atomic<const void*> last_ = nullptr;
    mutable std::atomic<bool> is_taken_over_ = false;
};

}  // namespace doublet::detail

#endif
