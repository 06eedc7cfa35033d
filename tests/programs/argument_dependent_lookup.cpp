// ---
namespace n1 { struct T { int v; }; void show(const T& t) { std::cout << "n1:" << t.v << '\n'; } bool operator==(const T& a, const T& b) { return a.v == b.v; } void swap(T& a, T& b) { std::swap(a.v, b.v); a.v += 100; } auto begin(const T& t) { return &t.v; } auto end(const T& t) { return &t.v + 1; } }
// ---
n1::T t1{1}, t2{2};
// --- run
using std::swap; swap(t1, t2); show(t1); std::cout << (t1 == t2); for (int i : t1) std::cout << i; std::cout << '\n';
