// ---
const double min_pt = 20; constexpr double max_eta = 2.5; const int n_bins = 4; auto window = 5.;
// --- changed
const double min_pt = 30; constexpr double max_eta = 2; const int n_bins = 3; auto window = 15.;
// ---
namespace config { const double mass = 91; double scale{1}; inline int mode = 3; enum Region { barrel = 1, endcap = 2 }; }
// --- changed
namespace config { const double mass = 90; double scale{2}; inline int mode = 4; enum Region { barrel = 3, endcap = 5 }; }
// ---
struct Lepton { double pt, eta; bool passes() const { return pt > min_pt && std::abs(eta) < max_eta; } config::Region region() const { return std::abs(eta) > 1.5 ? config::endcap : config::barrel; } };
// ---
struct Histogram { double bins[n_bins] = {}; void fill(double x) { auto i = int(x / 100 * n_bins); if (i >= 0 && i < n_bins) bins[i] += config::scale; } };
// ---
template <class Container> auto selected(const Container& all) { Container out; std::copy_if(all.begin(), all.end(), std::back_inserter(out), [](auto& l) { return l.passes(); }); return out; }
// ---
bool near_z(double m) { return std::abs(m - config::mass) < window; } using Leptons = std::vector<Lepton>; int (*tests[])(double) = {[](double m) { return int(near_z(m)); }, [](double m) { return config::mode * near_z(m); }};
// ---
Histogram filled(const Leptons& all) { Histogram h; for (auto& l : selected(all)) h.fill(l.pt); return h; }
// --- once
Leptons leptons{{25, 0}, {35, 1.7}, {45, -2.2}, {15, 0.1}, {95, 0.3}};
// --- run
auto h = filled(leptons); for (double b : h.bins) std::cout << b << ' '; std::cout << selected(leptons).size() << ' ' << near_z(80) << near_z(99) << ' ' << tests[1](90) << ' ' << leptons[1].region() << ' ' << sizeof(Histogram) << '\n';
