// ---
struct P { double x = 3; double get() const { return x; } static int made; int q(int n) { return n + made; } };
// ---
int P::made = 5;
// --- once
double x = 1; int n = 2; P p; double made = 4;
// --- run
p.x = 8; x += p.get(); p = P{}; std::cout << x << n << p.q(1) << made << '\n';
