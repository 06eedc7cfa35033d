// ---
int u = 1; double v = 2; struct Ob { int q = 5; auto get() { return [this] { return q; }; } auto cp() { return [*this]() mutable { return ++q; }; } auto all() { return [=, this] { return q; }; } } ob;
// ---
auto byref = [] { u += 10; v = u; }; auto byval = [] { return u + v; }; auto mix = [u = u] { return u + v; }; auto mix2 = [u = u]() { v += u; return v; }; auto init = [w = u * 2, &z = v] { z += w; return z; };
// --- run
byref(); std::cout << u << ' ' << v << ' ' << byval() << ' ' << mix() << ' ' << mix2() << ' ' << init() << ' ' << v << '\n';
// ---
auto g = ob.get(); auto cp = ob.cp(); auto al = ob.all();
// --- run
ob.q = 9; std::cout << g() << cp() << cp() << al() << '\n';
// --- run
int loc = 5; auto l = [&, loc2 = loc] { return loc + loc2 + u; }; loc = 6; u = 0; std::cout << l() << [=] { return loc + u; }() << '\n';
