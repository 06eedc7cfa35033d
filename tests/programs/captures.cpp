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
// ---
struct Held { auto hold() { int own[2] = {7, 8}; return [own] { return own[1]; }; } };
// --- run
int rows[2][2] = {{1, 2}, {3, 4}}; const std::string label = "l";
auto table = [rows, k = 3]() mutable { rows[1][1] += k; return rows[1][1] + int(sizeof rows); };
std::cout << table() << table() << rows[1][1] << Held().hold()() << [label] { return label + "!"; }() << '\n';
for (int i = 0; i < 2; ++i) { auto each = [=] { return [=] { return i + rows[0][1]; }(); }; rows[0][1] = 5; std::cout << each() << ' '; }
// --- run
const auto& [low, high] = std::pair{1, 2}; std::cout << low + high << '\n';
// ---
template <class T> T zero = T();
// --- run
auto nothing = [=] { return zero<double>; }; std::cout << nothing() << [](int x) -> double { return x / 2.0; }(3) << '\n';
