// ---
class P { double x, y; public: P(double a = 0, double b = 0) : x(a), y(b) {} friend P operator+(P a, const P& b) { a.x += b.x; a.y += b.y; return a; } friend std::ostream& operator<<(std::ostream& o, const P& p) { return o << '(' << p.x << ',' << p.y << ')'; } friend auto operator<=>(const P&, const P&) = default; double operator[](int i) const { return i ? y : x; } double operator()(double s) const { return s * x; } P operator-() const { return {-x, -y}; } P& operator++() { ++x; return *this; } P operator++(int) { P o = *this; ++x; return o; } };
// ---
P operator*(double s, const P& p) { return {s * p[0], s * p[1]}; } P operator""_px(long double v) { return {double(v), 0}; }
// ---
P p{1, 2}; P q = p + 2.5_px;
// --- run
std::cout << p << q << 2 * q << (p < q) << (p == p) << p(3) << -p << p++ << ++p << '\n';
