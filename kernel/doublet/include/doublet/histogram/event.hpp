// Which event an entry is of, as 64 bits in which chance agrees once in 10^19.
#ifndef DOUBLET_HISTOGRAM_EVENT_HPP
#define DOUBLET_HISTOGRAM_EVENT_HPP

#include <cstdint>

namespace doublet {

// An event's numbers; those that an experiment does not have stay 0.
struct event_id {
    std::uint64_t run = 0, lumi = 0, event = 0;

    // Each number is mixed by the finaliser of splitmix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014, fig. 16).
    constexpr std::uint64_t hash() const { return mixed(mixed(mixed(run) ^ lumi) ^ event); }

private:
    static constexpr std::uint64_t mixed(std::uint64_t z) {
        z += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
};

}  // namespace doublet

#endif
