// ---
struct V { double x; };
// ---
V operator+(V a, V b) { return {a.x + b.x}; } bool operator<(V a, V b) { return a.x < b.x; } V operator""_v(long double d) { return {double(d)}; }
// --- changed
V operator+(V a, V b) { return {a.x * b.x}; } bool operator<(V a, V b) { return a.x > b.x; } V operator""_v(long double d) { return {double(d) * 3}; }
// ---
V sum(std::vector<V> v) { V s{1}; for (auto& q : v) s = s + q; return s; } auto mx(V a, V b) { return a < b ? b : a; } V lit() { return 2.0_v; }
// ---
auto tot = [](auto... v) { return (v + ...); };
// ---

// --- run
std::cout << sum({{3}, {4}}).x << mx({1}, {2}).x << lit().x << tot(V{3}, V{5}).x << '\n';
