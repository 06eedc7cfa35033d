// ---
struct Particle { virtual ~Particle() = default; virtual double mass() const { return 0; } static int made; Particle() { ++made; } Particle(const Particle&) { ++made; } };
// --- changed
struct Particle { int charge = 1; virtual ~Particle() = default; virtual double mass() const { return 1; } virtual std::string name() const { return "p"; } static int made; Particle() { ++made; } Particle(const Particle&) { ++made; } };
// ---
int Particle::made = 0;
// ---
struct Muon : Particle { double mass() const override { return 0.105; } }; struct Tau : Particle { double m = 1.777; double mass() const override { return m; } };
// ---
using Owned = std::unique_ptr<Particle>; using Decay = std::pair<Owned, Owned>;
// ---
template <class A, class B> Decay decay() { return {std::make_unique<A>(), std::make_unique<B>()}; } double total(const Decay& d) { return d.first->mass() + d.second->mass(); }
// --- changed
template <class A, class B> Decay decay() { return {std::make_unique<B>(), std::make_unique<A>()}; } double total(const Decay& d) { return 2 * d.first->mass() + d.second->mass(); }
// --- once
std::map<std::string, std::function<Decay()>> channels{{"mm", decay<Muon, Muon>}, {"mt", [] { return decay<Muon, Tau>(); }}};
// ---
template <class T> struct Traits { static constexpr int pdg = 0; }; template <> struct Traits<Muon> { static constexpr int pdg = 13; };
// --- changed
template <class T> struct Traits { static constexpr int pdg = 5; }; template <> struct Traits<Muon> { static constexpr int pdg = -13; };
// ---
template <class... Ts> constexpr int sum_pdg = (Traits<Ts>::pdg + ... + 0); template <class T> int pdg(const T&) { return Traits<T>::pdg; }
// ---
int count(const std::vector<Decay>& ds, double above) { return std::count_if(ds.begin(), ds.end(), [above](const Decay& d) { return total(d) > above; }); }
// ---
struct Loop { int events = 0; template <class F> Loop& each(F&& f, int n) { for (int i = 0; i < n; ++i, ++events) f(i); return *this; } };
// --- run
std::vector<Decay> decays; for (auto& [name, make] : channels) decays.push_back(make());
Particle::made = 0; double sum = 0; Loop loop; loop.each([&](int) { auto d = decay<Tau, Muon>(); sum += total(d); }, 3).each([&](int i) { sum += i; }, 2);
std::cout << sum << ' ' << loop.events << ' ' << Particle::made << ' ' << count(decays, 1) << ' ' << sum_pdg<Muon, Tau> << ' ' << pdg(Muon()) << ' ' << sizeof(Muon) << '\n';
