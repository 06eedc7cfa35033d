// ---
#define UNITS_GEV 1
#define CHANNEL_MU 2
#define CHANNEL CHANNEL_MU
// ---
#if UNITS_GEV
constexpr double GeV = 1.0;
#else
constexpr double GeV = 1000.0;
#endif
// ---
#ifndef NTUPLE_H
#define NTUPLE_H
struct Particle {
  double pt, eta;
#ifdef WITH_MASS
  double mass;
#else
  static constexpr double mass = 0.105;
#endif
  double energy() const;
};
#endif
// ---
double Particle::energy() const {
#if defined(UNITS_GEV) && UNITS_GEV
  const double scale = GeV;
#elif defined UNITS_MEV
  it isn't C++ here {
#else
  const double scale = 1e-3;
#endif
  const double p = pt * std::cosh(eta);
  return scale * std::sqrt(p * p + mass * mass);
}
// ---
#if CHANNEL == CHANNEL_MU
const char* channel() {
#else
const char* channel(int) {
#endif
  return "mu";
}
// ---
double cuts[] = {
#ifdef TIGHT
  30.,
#else
  20., 10.,
#endif
  2.4
};
// ---
namespace sel {
#if CHANNEL == CHANNEL_MU
inline bool passes(const Particle& p) { return p.pt > cuts[0] && std::abs(p.eta) < cuts[2]; }
#else
inline bool passes(const Particle&) { return false; }
#endif
}
// --- changed
namespace sel {
#if CHANNEL == CHANNEL_MU
inline bool passes(const Particle& p) { return p.pt > cuts[1]; }
#else
inline bool passes(const Particle&) { return false; }
#endif
}
// ---
#define FOR_EACH_PARTICLE(p, list) for (const auto& p : list) \
  if (sel::passes(p))
// ---
int selected(const std::vector<Particle>& all) {
  int n = 0;
  FOR_EACH_PARTICLE(p, all) ++n;
  return n;
}
// --- once
std::vector<Particle> all{{25, 1}, {15, 0.5}, {40, 3}};
// --- run
#ifdef DEBUG_PRINT
std::cout << "don't\n";
#else
std::cout << channel() << ' ' << selected(all) << ' ' << all[0].energy() << ' ' << std::size(cuts) << '\n';
#endif
