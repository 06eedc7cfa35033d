// ---
struct Shape { virtual double area() const = 0; virtual ~Shape() = default; static Shape* make(double x); double twice() const; };
// ---
struct Square : Shape { double x; Square(double x) : x(x) {} double area() const override { return x * x; } };
// --- changed
struct Square : Shape { int pad = 0; double x; Square(double x) : x(x) {} double area() const override { return 100 * x * x; } };
// ---
Shape* Shape::make(double x) { return new Square(x); }
// ---
double Shape::twice() const { return 2 * area(); }
// --- changed
double Shape::twice() const { return 2 * area() + Square(1).area(); }
// ---
struct Node; struct Link { int use(const Node& n) const; }; struct Node { Link link; int k = 5; };
// ---
int Link::use(const Node& n) const { return n.k; }
// --- changed
int Link::use(const Node& n) const { return 10 * n.k; }
// ---
double total() { Shape* s = Shape::make(3); double t = s->twice(); delete s; Node n; return t + n.link.use(n); }
// --- run
std::cout << total() << ' ' << Square(2).twice() << '\n';
