// ---
#include <concepts>
#include <numeric>
#include <optional>
#include <ranges>
#include <variant>
// ---
template <class T> concept FourVector = requires(const T& v) { { v.pt() } -> std::convertible_to<double>; { v.charge } -> std::convertible_to<int>; };
// ---
class Lepton {
public:
  Lepton(double px, double py, int charge) : charge(charge), px_(px), py_(py) {}
  virtual ~Lepton() = default;
  virtual double pt() const { return std::hypot(px_, py_); }
  virtual std::string kind() const = 0;
  int charge;
  friend std::ostream& operator<<(std::ostream& out, const Lepton& l);
protected:
  double px_, py_;
};
// ---
std::ostream& operator<<(std::ostream& out, const Lepton& l) { return out << l.kind() << '(' << l.px_ << ',' << l.py_ << ')'; }
// --- changed
std::ostream& operator<<(std::ostream& out, const Lepton& l) { return out << '[' << l.kind() << ' ' << l.pt() << ']'; }
// ---
struct Muon final : Lepton { using Lepton::Lepton; std::string kind() const override { return "mu"; } };
struct Electron final : Lepton { using Lepton::Lepton; double pt() const override; std::string kind() const override; };
// ---
double Electron::pt() const { return 0.5 * Lepton::pt(); }
std::string Electron::kind() const { return "e"; }
// --- changed
double Electron::pt() const { return 2 * Lepton::pt(); }
std::string Electron::kind() const { return "el"; }
// ---
template <FourVector T> double scalar_sum(const std::vector<T>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0, [](double s, const T& x) { return s + x.pt(); });
}
// --- changed
template <FourVector T> double scalar_sum(const std::vector<T>& v) {
  double sum = 0;
  for (const auto& x : v | std::views::filter([](const T& x) { return x.charge > 0; })) sum += x.pt();
  return sum;
}
// ---
using Cut = std::variant<double, std::string>;
template <class... Ts> struct overloaded : Ts... { using Ts::operator()...; };
template <class... Ts> overloaded(Ts...) -> overloaded<Ts...>;
std::string text(const Cut& c) { return std::visit(overloaded{[](double d) { return "> " + std::to_string(int(d)); }, [](const std::string& s) { return "is " + s; }}, c); }
// ---
enum class Region : unsigned char { signal, control = 5 };
constexpr Region other(Region r) { return r == Region::signal ? Region::control : Region::signal; }
// ---
auto best = [](const auto& v) -> std::optional<double> {
  if (v.empty()) return std::nullopt;
  return std::ranges::max(v | std::views::transform([](const auto& x) { return x.pt(); }));
};
// --- changed
auto best = [](const auto& v) -> std::optional<double> { return v.empty() ? std::optional<double>{} : v.front().pt(); };
// --- once
std::vector<Muon> mus{{3, 4, 1}, {6, 8, -1}};
std::vector<Electron> els{{5, 12, 1}};
std::vector<std::unique_ptr<Lepton>> owned;
// --- run
owned.clear();
owned.push_back(std::make_unique<Muon>(1, 0, 1)); owned.push_back(std::make_unique<Electron>(0, 2, -1));
for (auto& l : owned) std::cout << *l << ' ';
std::cout << scalar_sum(mus) << ' ' << scalar_sum(els) << ' ' << *best(mus) << ' ' << best(std::vector<Muon>{}).has_value() << ' '
          << text(20.0) << ' ' << text("loose") << ' ' << int(other(Region::signal)) << '\n';
