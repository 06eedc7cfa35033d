// ---
struct Held { int a = 3; int times(int k) const { return a * k; } };
// --- changed
struct Held { int pad = 0; int a = 5; int times(int k) const { return 100 * a * k; } };
// ---
int call(int (Held::*f)(int) const, const Held& h) { return (h.*f)(2); } using Method = int (Held::*)(int) const;
// --- once
int (Held::*method)(int) const = &Held::times; int Held::*part = &Held::a; Method again = method;
// --- once
Held held;
// --- run
Held fresh; std::cout << call(method, fresh) << ' ' << fresh.*part << ' ' << (fresh.*again)(1) << '\n';
