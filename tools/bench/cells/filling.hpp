// What all fill histograms with, and how each is timed: the best of some rounds, for others use the machine as well.
#ifndef BENCH_FILLING_HPP
#define BENCH_FILLING_HPP

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace bench {

constexpr int entries = 10'000'000, bins = 100, bins_3d = 20;

// Around the middle of an axis from 0 to 1, with a few outside.
inline std::vector<double> numbers(unsigned seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0.5, 0.2);
    std::vector<double> all(entries);
    for (double& one : all) one = normal(random);
    return all;
}
inline const double* column(unsigned number) {
    static const std::vector<double> all[] = {numbers(1), numbers(2), numbers(3)};
    return all[number].data();
}
inline std::vector<double> edges() {
    std::vector<double> all(bins + 1);
    for (int i = 0; i <= bins; ++i) all[i] = std::pow(i / static_cast<double>(bins), 1.5);
    return all;
}

// Writes a line: the case, the nanoseconds of an entry, and the content that `middle` finds after the last round.
template <class Fill, class Middle>
void time_to(std::ofstream& out, const std::string& name, Fill fill, Middle middle, int rounds) {
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto begun = std::chrono::steady_clock::now();
        fill();
        best = std::min(best, std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begun).count());
    }
    out << name << '\t' << best / entries << '\t' << static_cast<long>(middle()) / rounds << '\n';
}

}  // namespace bench

#endif
