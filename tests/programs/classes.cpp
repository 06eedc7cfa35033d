// ---
class Base { public: virtual ~Base() = default; virtual int id() const = 0; int call() const { return id() * 10; } protected: int k = 3; static int made; friend int peek(const Base& b); Base() { ++made; } };
// ---
int Base::made = 0;
// ---
int peek(const Base& b) { return b.k + Base::made * 100; }
// ---
class D1 final : public Base { public: int id() const override { return k; } struct In { int q = 4; struct Deep { int z = 8; }; In operator+(const In& o) const { return {q + o.q}; } }; In in; D1& operator+=(int n); operator bool() const { return true; } explicit operator int() const { return 77; } };
// ---
D1& D1::operator+=(int n) { in.q += n; return *this; }
// --- once
std::unique_ptr<Base> pb = std::make_unique<D1>(); D1 d;
// --- run
d += 5; std::cout << pb->call() << peek(*pb) << d.in.q << (d ? 'y' : 'n') << int(d) << D1::In::Deep().z << (d.in + D1::In{}).q << '\n';
// ---
struct Held { int a = 3; int times(int k) const { return a * k; } double half(double x) { return x / a; } };
// ---
int (Held::*times)(int) const = &Held::times;
// ---
int Held::*member = &Held::a; double (Held::*half)(double) = &Held::half; const int Held::* const kept = &Held::a;
// ---
Held held;
// --- run
std::cout << (held.*times)(4) << ' ' << held.*member << held.*kept << ' ' << (held.*half)(6) << '\n';
