// ---
int base() { return 1; }
// --- changed
int base() { return 2; }
// ---
int mid() { return base() * 10; } struct U { int v = mid(); int get() const { return base() + v; } static int st() { return mid(); } };
// ---
template <class T> T tt(T x) { return x + base(); } auto lam = [](int x) { return x + mid(); };
// ---
int (*fp)() = base;
// ---
namespace n { int inner() { return base() * 1000; } struct V { int f() { return inner() + mid(); } }; }
// --- run
std::cout << mid() << U().get() << U::st() << tt(1) << lam(1) << n::inner() << n::V().f() << '\n';
