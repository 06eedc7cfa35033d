// Runs a piece of code many times and measures it, so that neither compilation nor Python counts.
#ifndef DOUBLET_TIMING_HPP
#define DOUBLET_TIMING_HPP

#include <chrono>
#include <cstddef>
#include <vector>

namespace doublet::timing {

struct Timings {
    std::size_t loops = 0;
    std::vector<double> runs;  // seconds, one for each run
};

// `sink, expression` keeps the compiler from dropping a value that nothing reads; without one it is the plain comma.
struct Sink {
    template <class T>
    friend void operator,(const Sink&, T&& value) {
        asm volatile("" : : "r"(&value) : "memory");
    }
};
inline constexpr Sink sink{};

template <class F>
[[gnu::noinline]] void once(F& body) {
    body();
    asm volatile("" : : : "memory");  // else a call without effect is taken out of the loop
}

template <class F>
double seconds(F& body, std::size_t loops) {
    const auto begun = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < loops; ++i) once(body);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

// As many loops as take 0.2 s if `loops` is 0.
template <class F>
Timings measure(std::size_t loops, int runs, F body) {
    Timings timings{loops, {}};
    if (loops == 0)
        for (timings.loops = 1; timings.loops < 1'000'000'000 && seconds(body, timings.loops) < 0.2;) timings.loops *= 10;
    for (int run = 0; run < runs; ++run) timings.runs.push_back(seconds(body, timings.loops));
    return timings;
}

}  // namespace doublet::timing

#endif
