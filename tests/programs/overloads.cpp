// ---
int f(int) { return 1; } int f(double) { return 2; } int f(const char*) { return 3; } int f(...) { return 4; }
// ---
template <class T> int f(T*) { return 5; } template <class T> int f(const std::vector<T>&) { return 6; }
// ---
struct S {}; int x; 
// --- run
std::cout << f(1) << f(1.f) << f("a") << f(S{}) << f(&x) << f(std::vector<int>{}) << f('c') << '\n';
