// ---
struct Vertex; struct Track { Vertex* vertex = nullptr; double pt = 2; double weight(double scale = 2) const; };
// ---
double distance(const Vertex& a, const Vertex& b, double unit = 10); std::ostream& operator<<(std::ostream& out, const Vertex& v);
// ---
double spread(const std::vector<Vertex>& vs); int depth(int n);
// ---
int up(int n) { return n > 5 ? n : depth(n + 1); }
// ---
struct Vertex { double z; std::vector<Track> tracks; };
// --- changed
struct Vertex { int id = 7; double z; std::vector<Track> tracks; Vertex(double z) : z(2 * z) {} };
// ---
double distance(const Vertex& a, const Vertex& b, double unit) { return unit * std::abs(a.z - b.z); }
// --- changed
double distance(const Vertex& a, const Vertex& b, double unit) { return -unit * std::abs(a.z - b.z); }
// ---
double Track::weight(double scale) const { return scale * pt + (vertex ? vertex->z : 0); }
// ---
std::ostream& operator<<(std::ostream& out, const Vertex& v) { return out << "V" << v.z; }
// ---
double spread(const std::vector<Vertex>& vs) { double most = 0; for (auto& a : vs) for (auto& b : vs) most = std::max(most, std::abs(distance(a, b))); return most; }
// ---
int depth(int n) { return up(n + 1) + 1; }
// --- changed
int depth(int n) { return up(n + 2) + 10; }
// --- once
std::vector<Vertex> vertices{{1.}, {3.5}}; Track track{&vertices[1]};
// --- run
std::cout << spread(vertices) << ' ' << distance(vertices[0], vertices[1]) << ' ' << vertices[1] << ' ' << track.weight() << ' ' << track.weight(1) << ' ' << depth(0) << up(1) << '\n';
