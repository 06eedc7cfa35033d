// ---
int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }
// --- changed
int fact(int n) { return n < 2 ? 1 : n + fact(n - 1); }
// ---
auto l = [](int n) { return fact(n); };
// --- run
std::cout << fact(5) << l(4) << '\n';
