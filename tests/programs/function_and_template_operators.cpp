// ---
struct V { double x, y; friend std::ostream& operator<<(std::ostream& o, const V& v); };
// ---
std::ostream& operator<<(std::ostream& o, const V& v) { return o << '<' << v.x << ',' << v.y << '>'; }
// ---
template <class T> std::ostream& operator<<(std::ostream& o, const std::vector<T>& v) { for (auto& q : v) o << q << ';'; return o; }
// ---
template <class T> V operator*(T s, V v) { return {s * v.x, s * v.y}; } double operator*(V a, V b) { return a.x * b.x + a.y * b.y; }
// --- run
V v{1, 2}; std::cout << v << std::vector<V>{v, v} << 2 * v << 1.5 * v << v * v << std::vector<std::vector<int>>{{1}, {2, 3}} << '\n';
