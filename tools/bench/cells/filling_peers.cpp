// Arrays by hand, and Boost.Histogram: what g++ -O2 makes of them.
#include <boost/histogram.hpp>
#include <cstdlib>

#include "filling.hpp"

namespace bh = boost::histogram;

int main(int, char** arguments) {
    std::ofstream hand(arguments[1]), boost(arguments[2]);
    const int rounds = std::atoi(arguments[3]);
    // Not constants: the compiler would leave out what depends on them.
    const double low = std::atof(arguments[4]), high = std::atof(arguments[5]);
    const double* const x = bench::column(0);
    const double* const y = bench::column(1);
    const double* const z = bench::column(2);
    const auto edges = bench::edges();
    const auto at = [&](double value, int bins) {
        const double place = (value - low) / (high - low);
        if (place < 1) return place >= 0 ? static_cast<int>(place * bins) + 1 : 0;
        return bins + 1;
    };

    std::vector<double> one(bench::bins + 2), other(bench::bins + 2), three(22 * 22 * 22);
    bench::time_to(hand, "1-D regular", [&] { for (int i = 0; i < bench::entries; ++i) one[at(x[i], bench::bins)] += 1; }, [&] { return one[51]; }, rounds);
    bench::time_to(hand, "1-D variable",
                   [&] { for (int i = 0; i < bench::entries; ++i) other[std::upper_bound(edges.begin(), edges.end(), x[i]) - edges.begin()] += 1; }, [&] { return other[51]; }, rounds);
    bench::time_to(hand, "3-D regular",
                   [&] { for (int i = 0; i < bench::entries; ++i) three[at(x[i], 20) + 22 * (at(y[i], 20) + 22 * at(z[i], 20))] += 1; },
                   [&] { return three[11 + 22 * (11 + 22 * 11)]; }, rounds);

    using storage = std::vector<double>;
    const bh::axis::regular<> axis(bench::bins, low, high), coarse(bench::bins_3d, low, high);
    auto h = bh::make_histogram_with(storage(), axis);
    auto hv = bh::make_histogram_with(storage(), bh::axis::variable<>(edges));
    auto h3 = bh::make_histogram_with(storage(), coarse, coarse, coarse);
    bench::time_to(boost, "1-D regular", [&] { for (int i = 0; i < bench::entries; ++i) h(x[i]); }, [&] { return h.at(50); }, rounds);
    bench::time_to(boost, "1-D variable", [&] { for (int i = 0; i < bench::entries; ++i) hv(x[i]); }, [&] { return hv.at(50); }, rounds);
    bench::time_to(boost, "3-D regular", [&] { for (int i = 0; i < bench::entries; ++i) h3(x[i], y[i], z[i]); }, [&] { return h3.at(10, 10, 10); }, rounds);
}
