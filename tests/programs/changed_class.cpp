// ---
struct P { double x = 1; double m() const; };
// --- changed
struct P { int pad = 9; double x = 2; double y = 3; double m() const; };
// ---
double P::m() const { return x * 2; }
// ---
double mass(const P& p) { return p.m() + p.x; } struct Ev { std::vector<P> ps; P first; double tot() const { double t = 0; for (auto& p : ps) t += p.m(); return t + first.x; } };
// ---
template <class T> struct Box { T t; auto get() const { return t.m(); } }; template <> struct Box<P> { P t; auto get() const { return 100 * t.m(); } };
// ---
using Ps = std::vector<P>; struct Der : P { double z = 7; double m2() const { return m() + z; } };
// ---
bool operator<(const P& a, const P& b) { return a.x < b.x; } std::ostream& operator<<(std::ostream& o, const P& p) { return o << "P" << p.x; }
// --- once
P p; Ev ev{{P{}, P{}}, P{}}; Ps ps(2); Der der;
// --- run
std::cout << mass(p) << ' ' << ev.tot() << ' ' << Box<P>().get() << ' ' << ps[1].m() << ' ' << der.m2() << (p < p) << p << sizeof(P) << ' ' << sizeof(Der) << ' ' << sizeof(Ev) << '\n';
