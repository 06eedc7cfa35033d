// ---
struct B { virtual ~B() = default; virtual int f() { return 1; } int g() { return f() + 1; } };
// --- changed
struct B { int e = 0; virtual ~B() = default; virtual int h() { return 7; } virtual int f() { return 3; } int g() { return f() + h(); } };
// ---
struct D : B { int f() override { return 10 + B::f(); } }; struct DD : D {};
// ---
std::unique_ptr<B> make(bool d) { if (d) return std::make_unique<DD>(); return std::make_unique<B>(); }
// --- run
std::cout << make(true)->g() << make(false)->g() << sizeof(DD) << '\n';
