"""Output at file-descriptor level, with real pipes, a real interpreter and a real kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from doublet.engine.streams import Streams
from doublet.engine.toolchain import Toolchain

TOOLCHAIN = Toolchain.from_environment()
TOOLCHAIN.apply()
import cppyy  # noqa: E402 - it reads what the toolchain has set

LIBRARY = TOOLCHAIN.load()
cppyy.add_include_path(str(TOOLCHAIN.include))

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_client.blocking.client import BlockingKernelClient

Piece = tuple[str, str]


class Recorder:
    """Streams whose text is kept, with the time at which each piece came."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, str, float]] = []
        self.streams = Streams(LIBRARY, self.keep("out"), self.keep("err"))

    def __enter__(self) -> Self:
        # Not in a fixture: pytest redirects the descriptors again between a test's set-up and its call.
        self.streams.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.streams.stop()

    def keep(self, name: str) -> Callable[[str], None]:
        return lambda text: self.pieces.append((name, text, time.time()))

    def runs(self) -> list[Piece]:
        """Drain, and give what came: consecutive text of one stream in one piece."""
        self.streams.drain()
        joined: list[Piece] = []
        for name, text, _ in self.pieces:
            before = joined.pop()[1] if joined and joined[-1][0] == name else ""
            joined.append((name, before + text))
        self.pieces.clear()
        return joined

    def text(self, name: str) -> str:
        return "".join(text for stream, text in self.runs() if stream == name)


@pytest.fixture(scope="module", autouse=True)
def _cpp_functions() -> None:
    cppyy.cppdef(
        """
    #include <chrono>
    #include <cstdio>
    #include <cstdlib>
    #include <iostream>
    #include <thread>
    #include <unistd.h>
    namespace streams_test {
    inline void all_kinds() {
        std::cout << "A"; std::cerr << "B"; printf("C"); puts("D"); std::cout << "E"; std::cerr << "F"; printf("G");
        fprintf(stderr, "H"); write(1, "I", 1); std::cout << "J"; std::clog << "K"; putchar('L');
        if (write(2, "M", 1)) std::cerr << "N";
        if (system("printf O")) {}
        std::cout << "P";
    }
    inline void say(const char* text) { std::cout << text; }
    inline void lines() { std::string line(99, 'x'); for (int i = 0; i < 100000; ++i) std::cout << line << "\\n"; }
    inline void one_write(int fd) { std::string text(10000000, 'y'); if (write(fd, text.data(), text.size()) < 0) abort(); }
    inline void one_cerr() { std::string text(10000000, 'z'); std::cerr << text; }
    inline void alternate(int n) { for (int i = 0; i < n; ++i) { std::cout << i << "o"; std::cerr << i << "e"; } }
    inline double now() { using namespace std::chrono; return duration<double>(system_clock::now().time_since_epoch()).count(); }
    inline void tick(int n) {
        for (int i = 0; i < n; ++i) { printf("%.6f\\n", now()); std::this_thread::sleep_for(std::chrono::milliseconds(50)); }
    }
    inline void later(int ms) {
        std::thread([ms] { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); std::cout << "late\\n"; }).detach();
    }
    inline void many_threads() {
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) threads.emplace_back([t] {
            for (int i = 0; i < 1000; ++i) (t % 2 ? stderr : stdout) == stdout ? printf("<%d>\\n", t) : fprintf(stderr, "<%d>\\n", t);
        });
        for (auto& thread : threads) thread.join();
    }
    inline void unsync() { std::ios::sync_with_stdio(false); }
    inline void wide() { std::wcout << L"w"; }
    inline void leave_stdout_locked() { flockfile(stdout); flockfile(stdout); }
    inline void unlock_files() { doublet::streams::unlock_files(); }
    inline void print_in_thread() { std::thread([] { printf("free"); }).join(); }
    inline void buffer_stdout() { setvbuf(stdout, nullptr, _IOFBF, 1 << 16); printf("buffered"); }
    inline void unbuffer_stdout() { fflush(stdout); setvbuf(stdout, nullptr, _IONBF, 0); }
    }
    """.replace("#include <unistd.h>", '#include <unistd.h>\n#include "doublet/streams.hpp"')
    )
    for name in ("lines", "one_write", "one_cerr", "tick"):
        getattr(cppyy.gbl.streams_test, name).__release_gil__ = True


@pytest.fixture
def cpp() -> Any:
    return cppyy.gbl.streams_test


def test_all_kinds_of_output_arrive_in_the_order_written(cpp: Any) -> None:
    with Recorder() as recorder:
        cpp.all_kinds()
        assert recorder.runs() == [
            ("out", "A"), ("err", "B"), ("out", "CD\nE"), ("err", "F"), ("out", "G"), ("err", "H"),
            ("out", "IJ"), ("err", "K"), ("out", "L"), ("err", "MN"), ("out", "OP"),
        ]  # fmt: skip


def test_order_is_exact_over_many_switches(cpp: Any) -> None:
    with Recorder() as recorder:
        cpp.alternate(5000)
        expected = [piece for i in range(5000) for piece in (("out", f"{i}o"), ("err", f"{i}e"))]
        assert recorder.runs() == expected


def test_python_and_cpp_take_turns(cpp: Any) -> None:
    with Recorder() as recorder:

        class Stream:
            write = staticmethod(recorder.keep("out"))

            def flush(self) -> None:
                pass

        stream = Stream()
        recorder.streams.wrap(stream)  # type: ignore[arg-type]
        for i in range(100):
            print(f"{i}-py ", end="", file=stream)
            cpp.say(f"{i}-cpp ")
        assert recorder.text("out") == "".join(f"{i}-py {i}-cpp " for i in range(100))


def test_a_running_loop_is_seen_while_it_runs(cpp: Any) -> None:
    with Recorder() as recorder:
        cpp.tick(6)
        delays = sorted(came - float(text) for _, text, came in recorder.pieces)
        assert len(delays) == 6
        assert delays[3] < 0.05


@pytest.mark.parametrize("release_gil", [True, False])
def test_ten_megabytes_of_lines_are_complete_and_fast(cpp: Any, release_gil: bool) -> None:
    with Recorder() as recorder:
        cpp.lines.__release_gil__ = release_gil
        began = time.monotonic()
        cpp.lines()
        text = recorder.text("out")
        assert time.monotonic() - began < 3
        assert text == ("x" * 99 + "\n") * 100_000


@pytest.mark.parametrize("release_gil", [True, False])
def test_a_single_write_of_ten_megabytes_is_complete(cpp: Any, release_gil: bool) -> None:
    with Recorder() as recorder:
        cpp.one_write.__release_gil__ = cpp.one_cerr.__release_gil__ = release_gil
        cpp.one_write(1)
        cpp.one_cerr()
        cpp.one_write(2)
        assert recorder.runs() == [("out", "y" * 10**7), ("err", "z" * 10**7 + "y" * 10**7)]


def test_a_writer_faster_than_the_delivery_is_slowed_and_loses_nothing(cpp: Any) -> None:
    sizes: list[int] = []
    entered = threading.Event()

    def slow(text: str) -> None:
        entered.wait(1)
        sizes.append(len(text))

    streams = Streams(LIBRARY, slow, slow)
    streams.start()
    try:
        for _ in range(8):
            cpp.one_write(1)
        entered.set()
        streams.drain()
    finally:
        streams.stop()
    assert sum(sizes) == 8 * 10**7


def test_threads_do_not_tear_each_others_lines(cpp: Any) -> None:
    with Recorder() as recorder:
        cpp.many_threads()
        text = {"out": "", "err": ""}
        for name, piece in recorder.runs():
            text[name] += piece
        assert sorted(text["out"].split()) == ["<0>"] * 1000 + ["<2>"] * 1000
        assert sorted(text["err"].split()) == ["<1>"] * 1000 + ["<3>"] * 1000


def test_a_character_cut_in_two_is_one_character() -> None:
    with Recorder() as recorder:
        for byte in "µ→🚀".encode():
            os.write(1, bytes([byte]))
            recorder.streams.drain()
            os.write(2, b".")
        assert recorder.text("out") == "µ→🚀"


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    with Recorder() as recorder:
        os.write(1, b"a\xffb\xc3")
        recorder.streams.stop()
        assert recorder.text("out") == "a\ufffdb\ufffd"


def test_output_of_child_processes_arrives() -> None:
    with Recorder() as recorder:
        subprocess.run(["sh", "-c", "echo hi; sleep 0.1; echo no >&2; sleep 0.1; echo bye"], check=True)
        assert recorder.runs() == [("out", "hi\n"), ("err", "no\n"), ("out", "bye\n")]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_writes_to_both_streams(cpp: Any) -> None:
    with Recorder() as recorder:
        child = os.fork()
        if child == 0:
            cpp.alternate(1)
            recorder.streams.drain()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        runs = recorder.runs()
        assert ["".join(text for of, text in runs if of == stream) for stream in ("err", "out")] == ["0e", "0o"]


def test_a_thread_that_goes_on_is_still_heard(cpp: Any) -> None:
    with Recorder() as recorder:
        cpp.later(50)
        recorder.streams.drain()
        time.sleep(0.2)
        assert recorder.text("out") == "late\n"


def test_a_callback_that_raises_loses_only_its_own_text(capfd: pytest.CaptureFixture[str]) -> None:
    kept: list[str] = []

    def deliver(text: str) -> None:
        if text == "bad":
            raise ValueError(text)
        kept.append(text)

    streams = Streams(LIBRARY, deliver, deliver)
    streams.start()
    for text in (b"good", b"bad", b"better"):
        os.write(1, text)
        streams.drain()
    streams.stop()
    assert kept == ["good", "better"]
    assert "ValueError: bad" in capfd.readouterr().err


def test_a_callback_may_use_a_wrapped_stream(cpp: Any) -> None:
    class Stream:
        text = ""

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            pass

    stream = Stream()

    def deliver(text: str) -> None:
        stream.write(text)  # looked up now: wrapped

    streams = Streams(LIBRARY, deliver, lambda _: None)
    streams.wrap(stream)  # type: ignore[arg-type]
    streams.start()
    cpp.say("hello")
    stream.flush()
    streams.stop()
    assert stream.text == "hello"


def test_start_and_stop_may_be_repeated(capfd: pytest.CaptureFixture[str], cpp: Any) -> None:
    before = [os.fstat(fd).st_ino for fd in (1, 2)]
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        recorder = Recorder()
        recorder.streams.start()
        recorder.streams.start()
        cpp.alternate(1)
        recorder.streams.stop()
        recorder.streams.stop()
        assert recorder.runs() == [("out", "0o"), ("err", "0e")]
    assert [os.fstat(fd).st_ino for fd in (1, 2)] == before
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before
    cpp.alternate(1)
    assert capfd.readouterr() == ("0o", "0e")


def test_stop_does_not_wait_for_a_child_that_goes_on_writing() -> None:
    with Recorder() as recorder:
        with subprocess.Popen(["sh", "-c", "while echo on; do sleep 0.01; done"]) as child:
            time.sleep(0.1)
            began = time.monotonic()
            recorder.streams.stop()
            assert time.monotonic() - began < 1
            assert child.wait(5) != 0
        assert "on\n" in recorder.text("out")


def test_what_the_user_redirects_goes_there(cpp: Any, tmp_path: Path) -> None:
    with Recorder() as recorder:
        with (tmp_path / "log").open("wb") as log:
            ours = os.dup(2)
            os.dup2(log.fileno(), 2)
            cpp.alternate(1)
            os.dup2(ours, 2)
            os.close(ours)
        cpp.alternate(1)
        assert (tmp_path / "log").read_text() == "0e"
        assert recorder.runs() == [("out", "0o0o"), ("err", "0e")]


def test_the_programs_own_settings_of_the_streams_do_no_harm(cpp: Any) -> None:
    with Recorder() as recorder:
        cpp.unsync()
        cpp.wide()
        cpp.alternate(2)
        cpp.buffer_stdout()
        assert recorder.runs() == [
            ("out", "w0o"),
            ("err", "0e"),
            ("out", "1o"),
            ("err", "1e"),
            ("out", "buffered"),
        ]
        cpp.unbuffer_stdout()


def test_a_lock_left_by_a_jump_out_of_printf_can_be_given_back(cpp: Any) -> None:
    with Recorder() as recorder:
        cpp.leave_stdout_locked()
        recorder.streams.drain()
        cpp.unlock_files()
        cpp.print_in_thread()
        assert recorder.text("out") == "free"


def test_the_compilers_messages_are_kept_apart_from_the_programs() -> None:
    with Recorder() as recorder:
        process_line = cppyy.gbl.gInterpreter.ProcessLine
        with recorder.streams.captured() as captured:
            process_line(
                'namespace apart {}\n#line 1 "cell[7]"\nint halves_apart() { return 1 / 0; }\n'
                'int ran_apart = [] { doublet::streams::end_compile(); std::cerr << "user"; std::cout << "out"; return 1; }();'
            )
        assert "cell[7]:1:31: warning: division by zero" in captured.text
        assert recorder.runs() == [("err", "user"), ("out", "out")]
        with recorder.streams.captured() as captured:
            process_line('namespace apart {}\n#line 1 "cell[8]"\nint a = nope;')
            os.write(2, b"raw")
        assert captured.text.startswith("cell[8]:1:9: error: use of undeclared identifier 'nope'")
        assert captured.text.endswith("raw")
        assert recorder.runs() == []


def test_what_other_threads_write_is_delivered_while_the_compiler_is_captured(cpp: Any) -> None:
    with Recorder() as recorder:
        with recorder.streams.captured() as captured:
            thread = threading.Thread(target=cpp.alternate, args=(1,))
            thread.start()
            thread.join()
        assert captured.text == ""
        assert recorder.runs() == [("out", "0o"), ("err", "0e")]


def test_the_end_of_one_capture_inside_another_ends_both_and_loses_nothing(cpp: Any) -> None:
    with Recorder() as recorder:
        with recorder.streams.captured() as outer:
            os.write(2, b"outer")
            with recorder.streams.captured() as inner:
                os.write(2, b"inner")
            os.write(2, b"delivered")
        os.write(2, b", too")
        assert (outer.text, inner.text, recorder.text("err")) == ("outer", "inner", "delivered, too")


def test_compiler_messages_are_captured_without_start(capfd: pytest.CaptureFixture[str]) -> None:
    with Recorder().streams.captured() as captured:
        cppyy.gbl.gInterpreter.ProcessLine("namespace apart {}\nint a = nope;")
    assert "undeclared identifier 'nope'" in captured.text
    assert capfd.readouterr().err == ""


def test_captured_ends_also_when_the_body_raises() -> None:
    with Recorder() as recorder:
        with pytest.raises(KeyError), recorder.streams.captured():
            raise KeyError
        os.write(2, b"delivered")
        assert recorder.text("err") == "delivered"


def test_nothing_pending_costs_microseconds() -> None:
    with Recorder() as recorder:
        began = time.perf_counter()
        for _ in range(10_000):
            recorder.streams.drain()
        assert (time.perf_counter() - began) / 10_000 < 50e-6


KERNEL = """
import logging, os, sys
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp

class Kernel(IPythonKernel):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        from doublet.engine.streams import Streams
        from doublet.engine.toolchain import Toolchain
        toolchain = Toolchain.from_environment()
        toolchain.apply()
        import cppyy
        self.cell = {}
        self.streams = Streams(toolchain.load(), self.deliver("stdout"), self.deliver("stderr"))
        for stream in (sys.stdout, sys.stderr):
            stream.flush_interval = 0.05
            self.streams.wrap(stream)
        self.streams.start()

    def deliver(self, name):
        def write(text):
            stream = getattr(sys, name)
            if isinstance(stream, OutStream):
                stream.set_thread_parent(self.cell)
            stream.write(text)
        return write

    async def do_execute(self, *args, **kwargs):
        self.cell = self.get_parent("shell")
        return await super().do_execute(*args, **kwargs)

class App(IPKernelApp):
    kernel_class = Kernel
    capture_fd_output = False

App.launch_instance()
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockingKernelClient]:
    directory = tmp_path_factory.mktemp("kernels")
    (directory / "streams").mkdir()
    (directory / "streams" / "kernel.py").write_text(KERNEL)
    spec = {"argv": [sys.executable, str(directory / "streams" / "kernel.py"), "-f", "{connection_file}"]}
    (directory / "streams" / "kernel.json").write_text(
        json.dumps({**spec, "display_name": "s", "language": "python"})
    )
    manager = KernelManager(
        kernel_name="streams", kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(directory)])
    )
    manager.start_kernel(env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    execute(client, "import cppyy, os, sys; C = cppyy.gbl.gInterpreter.ProcessLine")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def execute(client: BlockingKernelClient, code: str) -> tuple[str, list[tuple[str, str, float]]]:
    """Run a cell; its message id, and its stream and display messages with the time at which they came."""
    pieces: list[tuple[str, str, float]] = []
    cell = client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=30)
        if message["parent_header"].get("msg_id") != cell:
            continue
        if message["msg_type"] == "stream":
            pieces.append((message["content"]["name"], message["content"]["text"], time.time()))
        if message["msg_type"] == "display_data":
            pieces.append(("display", message["content"]["data"]["text/plain"], time.time()))
        assert message["msg_type"] != "error", message["content"]
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return cell, pieces


def test_a_kernel_shows_python_and_cpp_in_order(kernel: BlockingKernelClient) -> None:
    code = """print('1-py'); C('std::cout << "2\\\\n";'); print('3-py'); C('printf("4\\\\n");'); import subprocess
subprocess.run(['echo', '5']); print('6-py')"""
    _, pieces = execute(kernel, code)
    assert "".join(text for _, text, _ in pieces) == "1-py\n2\n3-py\n4\n5\n6-py\n"


def test_a_kernel_shows_cpp_output_and_displays_in_order(kernel: BlockingKernelClient) -> None:
    _, pieces = execute(kernel, "C('std::cout << 1;'); display(2); C('std::cout << 3;'); display(4)")
    assert [text for _, text, _ in pieces] == ["1", "2", "3", "4"]


def test_a_kernel_shows_output_while_the_cell_runs(kernel: BlockingKernelClient) -> None:
    began = time.time()
    _, pieces = execute(
        kernel, "import time; os.write(1, b'early\\n'); time.sleep(0.6); os.write(1, b'end\\n')"
    )
    assert [text for _, text, _ in pieces] == ["early\n", "end\n"]
    assert pieces[0][2] - began < 0.4


def test_a_kernel_shows_late_thread_output_in_the_cell_last_run(kernel: BlockingKernelClient) -> None:
    body = r"std::this_thread::sleep_for(std::chrono::milliseconds(700)); printf(\"late\\n\"); std::cerr << \"err\\n\";"
    cell, _ = execute(kernel, f"C('#include <thread>'); C(\"std::thread([]{{ {body} }}).detach();\")")
    kernel.complete("os.", 3, reply=True, timeout=30)
    found: dict[str, str] = {}
    while set(found) != {"stdout", "stderr"}:
        message = kernel.get_iopub_msg(timeout=10)
        if message["msg_type"] == "stream":
            assert message["parent_header"]["msg_id"] == cell
            found[message["content"]["name"]] = message["content"]["text"]
    assert found == {"stdout": "late\n", "stderr": "err\n"}
