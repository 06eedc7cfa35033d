// A cell as it stands in a notebook: a class, functions, and a loop over events that are made up as it goes.
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

struct Lepton {
    double pt, eta, phi;
    int charge;
};

class Counts {
public:
    Counts(int bins, double low, double high) : low_(low), scale_(bins / (high - low)), bins_(bins) {}

    void fill(double value) {
        const double at = (value - low_) * scale_;
        if (at >= 0 && at < static_cast<double>(bins_.size())) ++bins_[static_cast<std::size_t>(at)];
    }

    long total() const {
        long sum = 0;
        for (const long bin : bins_) sum += bin;
        return sum;
    }

private:
    double low_, scale_;
    std::vector<long> bins_;
};

double uniform(std::uint64_t& state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
}

Lepton made_up(std::uint64_t& state) {
    const double pt = 20 + 40 * uniform(state);
    const double eta = 5 * uniform(state) - 2.5;
    const double phi = 6.28 * uniform(state);
    return {pt, eta, phi, uniform(state) < 0.5 ? -1 : 1};
}

double mass(const Lepton& a, const Lepton& b) {
    return std::sqrt(2 * a.pt * b.pt * (std::cosh(a.eta - b.eta) - std::cos(a.phi - b.phi)));
}

long analyse(int events) {
    Counts masses(120, 60, 120);
    std::uint64_t state = 42;
    for (int event = 0; event < events; ++event) {
        const std::array<Lepton, 2> pair{made_up(state), made_up(state)};
        if (pair[0].charge != pair[1].charge) masses.fill(mass(pair[0], pair[1]));
    }
    return masses.total();
}
